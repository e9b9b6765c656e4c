/** Reading single messages and finding them (part 2, sections 6, 9 and 10). Pages are `message.ts`'s. */
import { clipped, type Message, type MessageId, repliesMax } from "@dragoman/bus-schema";
import type { Roster, Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply } from "../answer.ts";
import { messagesAround } from "../packet.ts";
import { findViewedChannel, shownName } from "../place.ts";
import { embedsOf } from "../poll.ts";
import { refuse } from "../rejection.ts";
import { messageObject } from "../view.ts";
import { coversOf } from "./covers.ts";
import {
  type CommandRows,
  type Found,
  type FoundPlace,
  findAgain,
  findAnywhere,
  findPlace,
  hasRoles,
  holdsText,
  inChannel,
  noRoles,
  optionalText,
  placeFields,
  row,
} from "./row.ts";

const denied = "Access denied to this channel";
const notThere = "Message not found";

/** Text access for the commands that know channels alone (part 2, 9.0). */
function findText(ask: Ask, name: string | null | undefined): Found {
  if (!name) return { ok: false, error: "Channel name not provided" };
  const channel = findViewedChannel(name, ask.session.userId, ask.view.roster);
  return channel !== undefined && holdsText(channel)
    ? inChannel(channel, denied)
    : { ok: false, error: denied };
}

/**
 * Answers with what `build` makes, its text being an error; a place that the asker does not view any longer when the
 * answer is there is none.
 */
function answerIfViewed<A>(
  ask: Ask,
  found: FoundPlace,
  build: (answer: A, shown: string, roster: Roster) => object | string,
): (answer: A, view: View) => readonly Step[] {
  return (answer, { roster }) => {
    const present = findAgain(ask, found, roster);
    if (present === undefined) return fail(ask, found.absent);
    const built = build(answer, shownName(present, ask.session.userId, roster), roster);
    return typeof built === "string" ? fail(ask, built) : [reply(ask, built)];
  };
}

/** The same of a place that core does not find any longer. */
const refuseIn = (ask: Ask, { absent }: FoundPlace) => refuse(ask, { not_found: () => absent });

function note(given: Set<MessageId>, messages: readonly Message[]): void {
  for (const { messageId } of messages) given.add(messageId);
}

const threadOf = ({ place }: Message): object =>
  place.threadId === undefined ? {} : { thread_id: place.threadId };

// ---- messages_around, message_get, embeds_list --------------------------------------------------------

const bound = z.number().exactOptional();
const AroundShape = z.object({
  ...placeFields,
  around: optionalText,
  bounds: z.object({ above: bound, below: bound }).exactOptional(),
});

const boundOf = (given: number | undefined): number =>
  Math.min(200, Math.max(0, Math.trunc(given ?? 50)));

function getAround(packet: z.infer<typeof AroundShape>, ask: Ask): readonly Step[] {
  if (!packet.around) return fail(ask, "around (message ID) is required");
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findAnywhere(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const given = new Set<MessageId>();
  return [
    query({
      body: {
        type: "message.around",
        place: found.place,
        messageId: clipped(packet.around, 64),
        above: boundOf(packet.bounds?.above),
        below: boundOf(packet.bounds?.below),
      },
      answer: answerIfViewed(ask, found, ({ messages, start }, shown, roster) => {
        note(given, messages);
        return messages.length === 0 ? notThere : messagesAround(messages, start, shown, roster);
      }),
      refuse: refuseIn(ask, found),
      covers: coversOf(given),
    }),
  ];
}

const OneShape = z.object({ ...placeFields, id: optionalText });

function getOne(packet: z.infer<typeof OneShape>, ask: Ask): readonly Step[] {
  if ((!packet.channel && !packet.thread_id) || !packet.id) {
    return fail(ask, "Channel/thread and message ID are required");
  }
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findAnywhere(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const given = new Set<MessageId>();
  return [
    query({
      body: {
        type: "message.one",
        place: found.place,
        messageId: clipped(packet.id, 64),
      },
      answer: answerIfViewed(ask, found, ({ message }, channel, roster) => {
        if (message === null) return notThere;
        note(given, [message]);
        const whole = messageObject(message, roster);
        return { cmd: "message_get", channel, ...threadOf(message), message: whole };
      }),
      refuse: refuseIn(ask, found),
      covers: coversOf(given),
    }),
  ];
}

function listEmbeds(packet: z.infer<typeof OneShape>, ask: Ask): readonly Step[] {
  const { id } = packet;
  if (!id) return fail(ask, "Message ID is required");
  if (!packet.channel && !packet.thread_id) return fail(ask, "Channel or thread_id is required");
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findPlace(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  return [
    query({
      body: {
        type: "message.one",
        place: found.place,
        messageId: clipped(id, 64),
      },
      answer: answerIfViewed(ask, found, ({ message }) =>
        message === null ? notThere : { cmd: "embeds_list", id, embeds: embedsOf(message) ?? [] },
      ),
      refuse: refuseIn(ask, found),
    }),
  ];
}

// ---- message_replies, messages_search, messages_pinned ------------------------------------------------

const RepliesShape = z.object({
  channel: optionalText,
  id: optionalText,
  limit: z.int().exactOptional(),
});

function listReplies(packet: z.infer<typeof RepliesShape>, ask: Ask): readonly Step[] {
  const { id, limit = 50 } = packet;
  if (!packet.channel || !id) return fail(ask, "Channel name and message ID are required");
  const found = findText(ask, packet.channel);
  if (!found.ok) return fail(ask, found.error);
  const given = new Set<MessageId>();
  return [
    query({
      body: {
        type: "message.replies",
        place: { channelId: found.channel.channelId },
        messageId: clipped(id, 64),
        limit: Math.min(repliesMax, Math.max(1, limit)),
      },
      answer: answerIfViewed(ask, found, ({ messages }, channel, roster) => {
        note(given, messages);
        const replies = messages.map((message) => messageObject(message, roster));
        return { cmd: "message_replies", channel, message_id: id, replies };
      }),
      refuse: refuseIn(ask, found),
      covers: coversOf(given),
    }),
  ];
}

const SearchShape = z.object({ channel: optionalText, query: optionalText });

/** Results at most, whatever the configuration says (part 2, 9.5). */
const resultsMax = 50;
/** A longer query finds nothing: no message that it could stand in goes over the bus. */
const queryMax = 4_000;

function search(packet: z.infer<typeof SearchShape>, ask: Ask): readonly Step[] {
  const { query: text } = packet;
  if (!packet.channel || !text) return fail(ask, "Channel name and query are required");
  const found = findText(ask, packet.channel);
  if (!found.ok) return fail(ask, found.error);
  const { channel } = found;
  const answer = (messages: readonly Message[], shown: string, roster: Roster): object => ({
    cmd: "messages_search",
    channel: shown,
    query: text,
    results: messages.map((message) => messageObject(message, roster)),
  });
  if (text.length > queryMax) {
    const { roster } = ask.view;
    return [reply(ask, answer([], shownName(channel, ask.session.userId, roster), roster))];
  }
  return [
    query({
      body: {
        type: "message.search",
        place: { channelId: channel.channelId },
        text,
        limit: Math.min(resultsMax, ask.view.config.limits.searchResults),
      },
      answer: answerIfViewed(ask, found, ({ messages }, shown, roster) =>
        answer(messages, shown, roster),
      ),
      refuse: refuseIn(ask, found),
    }),
  ];
}

const PinnedShape = z.object({ channel: optionalText });

/** A forum's list is empty: the stock client asks by the forum's name in a thread, and waits for an answer. */
function listPinned(packet: z.infer<typeof PinnedShape>, ask: Ask): readonly Step[] {
  const forum = packet.channel
    ? findViewedChannel(packet.channel, ask.session.userId, ask.view.roster)
    : undefined;
  if (forum?.kind === "forum") {
    return [reply(ask, { cmd: "messages_pinned", channel: forum.name, messages: [] })];
  }
  const found = findText(ask, packet.channel);
  if (!found.ok) return fail(ask, found.error);
  const given = new Set<MessageId>();
  return [
    query({
      body: { type: "message.pinned", place: { channelId: found.channel.channelId } },
      answer: answerIfViewed(ask, found, ({ messages }, channel, roster) => {
        note(given, messages);
        const pinned = messages.map((message) => messageObject(message, roster));
        return { cmd: "messages_pinned", channel, messages: pinned };
      }),
      refuse: refuseIn(ask, found),
      covers: coversOf(given),
    }),
  ];
}

// ---- pings_get ----------------------------------------------------------------------------------------

const PingsShape = z.object({
  limit: z.unknown().exactOptional(),
  offset: z.unknown().exactOptional(),
});

/** An integer, for which the original also takes `true` and `false`. */
function integer(given: unknown, absent: number): number | undefined {
  if (given === undefined) return absent;
  if (typeof given === "boolean") return Number(given);
  return typeof given === "number" && Number.isSafeInteger(given) ? given : undefined;
}

function getPings(packet: z.infer<typeof PingsShape>, ask: Ask): readonly Step[] {
  const limit = integer(packet.limit, 50);
  if (limit === undefined || limit < 1 || limit > 100) {
    return fail(ask, "Limit must be a number between 1 and 100");
  }
  const offset = integer(packet.offset, 0);
  if (offset === undefined || offset < 0) {
    return fail(ask, "Offset must be a non-negative number");
  }
  const { userId } = ask.session;
  const given = { offset: packet.offset ?? 0, limit: packet.limit ?? 50 };
  return [
    query({
      body: { type: "message.pings", limit, offset },
      answer: ({ messages, total }, { roster }) => {
        const shown = messages.flatMap((message) => {
          const channel = roster.channel(message.place.channelId);
          if (channel === undefined || !roster.sees(userId, channel)) return [];
          const place = { ...threadOf(message), channel: shownName(channel, userId, roster) };
          return [{ ...messageObject(message, roster), ...place }];
        });
        return [reply(ask, { cmd: "pings_get", messages: shown, ...given, total })];
      },
      refuse: refuse(ask),
    }),
  ];
}

export const readingCommands = {
  messages_around: row({ shape: AroundShape, translate: getAround }),
  message_get: row({ shape: OneShape, translate: getOne }),
  embeds_list: row({ shape: OneShape, translate: listEmbeds }),
  message_replies: row({ shape: RepliesShape, translate: listReplies }),
  messages_search: row({ shape: SearchShape, translate: search }),
  messages_pinned: row({ shape: PinnedShape, translate: listPinned }),
  pings_get: row({ shape: PingsShape, translate: getPings }),
} as const satisfies CommandRows;
