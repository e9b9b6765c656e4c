/**
 * What a session is given when it comes into a channel: who is there, the last lines, and last of all the
 * channel's name (reference, parts 3.5 and 5.2). The list is made at the commit's place in the feed and not
 * when the history answers: what happens between the two is held and follows.
 */
import {
  type AnswerOf,
  actCommands,
  type Rejection,
  type Session,
  samePlace,
  type UserId,
} from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "./bot.ts";
import { coversOf } from "./covers.ts";
import {
  channelUserSwitchPacket,
  contextMessagePacket,
  type Line,
  messageAddPacket,
} from "./packet.ts";
import { PeopleLists } from "./people-list.ts";
import { isPresent } from "./presence.ts";
import { placeOf, type Room } from "./room.ts";
import { settings } from "./settings.ts";
import type { Html } from "./text.ts";
import { channelOf, linesOf, noticeLine, secondsOfMs, slugOf } from "./view.ts";

/** A notice as packet 2, by the bot, now. `body` is what `notice` made. */
export function noticePacket(body: Html, view: View): Packet {
  return messageAddPacket(noticeLine(body, secondsOfMs(view.clockMs), view.lineNumber()));
}

/** The step that sends one notice to the connection. */
export function sendNotice(body: Html, view: View): Step {
  return { do: "send", packets: [noticePacket(body, view)] };
}

/**
 * 7.0 for a session: everybody in the channel but the person itself. Whoever goes by another number than the
 * person's own is listed too, or the client would not know the author of its own lines.
 */
function othersIn(channel: Room, { userId, alias }: Session, { roster }: View): Step {
  const without = alias === undefined ? userId : undefined;
  const pieces = roster.extension(PeopleLists).pieces(channel, without);
  return { do: "list", make: () => ({ next: () => ({ done: true, value: pieces }) }) };
}

/** What the channel is called elsewhere; undefined: as here, but for blanks. */
function calledText({ name, slug, threadId }: Room): string | undefined {
  const shown = name.replace(/\s+/gu, "_");
  if (shown === slug || (threadId !== undefined && slug.endsWith(`-${shown}`))) return undefined;
  return `This ${threadId === undefined ? "channel" : "thread"} is called: ${name}`;
}

/** The channel's own name, and what it is about, to whoever comes into it (bridge table, text channel, topic). */
function topicPackets(room: Room, view: View): readonly Packet[] {
  const { description = "" } = room;
  return [calledText(room) ?? "", description]
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const line = noticeLine(textNotice(text), secondsOfMs(view.clockMs), view.lineNumber());
      return contextMessagePacket(line, false);
    });
}

/**
 * The steps of an entry. `before` are the packets that go out ahead of the list; `since`: the person is back and has
 * had all messages up to that number; what came after it is given, and never less than the backlog, for clients empty
 * their window when they connect (bridge table, history on entry).
 */
export function enter(
  session: Session,
  channel: Room,
  view: View,
  before: readonly Packet[],
  since?: number,
): readonly Step[] {
  const place = placeOf(channel);
  const { backlog, returnLines } = settings(view.config);
  const done = channelUserSwitchPacket(slugOf(channel));
  return [
    { do: "send", packets: before },
    othersIn(channel, session, view),
    {
      do: "query",
      body: {
        type: "message.page",
        place,
        without: actCommands,
        limit: Math.min(since === undefined ? backlog : Math.max(returnLines, backlog), 200),
      },
      covers: coversOf(place),
      answer: ({ messages }: AnswerOf<"message.page">, now: View): readonly Step[] => {
        const here = channelOf(session, now.roster);
        const still = here !== undefined && samePlace(here, place);
        const entitled = still && now.roster.sees(session.userId, here);
        const missed = messages.filter(({ number }) => number > (since ?? Infinity)).length;
        const given = messages.slice(Math.max(0, messages.length - Math.max(missed, backlog)));
        const lines = entitled ? given.flatMap((message) => linesOf(message, now)) : [];
        const shown = lines.map((line) => contextMessagePacket(line, false));
        const topic = entitled ? topicPackets(here, now) : [];
        return [{ do: "send", packets: [...shown, ...topic, done] }];
      },
      refuse: (_rejection: Rejection, now: View): readonly Step[] => [
        { do: "send", packets: [noticePacket(notice("generr"), now), done] },
      ],
    },
  ];
}

/**
 * A live line in the form that the clients of a channel can show: by somebody who is not in their list only
 * with the author inline.
 */
export function liveLine(line: Line, authorListed: boolean): Packet {
  return line.author.number === -1 || authorListed
    ? messageAddPacket(line)
    : contextMessagePacket(line, true);
}

/** Whether the clients in a channel have this person in their list. */
export function isGiven(userId: UserId, channel: Room | undefined, view: View): boolean {
  const user = view.roster.user(userId);
  return user !== undefined && channel !== undefined && isPresent(user, channel, view.roster);
}
