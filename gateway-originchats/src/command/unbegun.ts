/**
 * Whispers that nobody has begun: clients of the newer dialect open one by `channel_create` with `user`, read it and
 * write into it (part 1, 2.9). Nothing is stored, and the other is told of nothing, before the first message.
 */
import type { RosterUser } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { type Ask, echoPosted, fail, reply } from "../answer.ts";
import { emptyPage, type PageRange } from "../packet.ts";
import { findUser, whisperName, whisperWith } from "../place.ts";
import { type OwnTexts, refuse } from "../rejection.ts";
import { listedChannel } from "../view.ts";
import { noChannel, type Placed } from "./row.ts";

/** Whom a place names with whom nobody has whispered yet; undefined: it names another place, or none. */
export function findUnbegun(ask: Ask, { channel, thread_id }: Placed): RosterUser | undefined {
  const { roster } = ask.view;
  const { userId } = ask.session;
  if (thread_id || !channel?.startsWith("@")) return undefined;
  const other = findUser(channel.slice(1), roster);
  if (other === undefined || other.banned || other.userId === userId) return undefined;
  return whisperWith(other.userId, userId, roster) === undefined ? other : undefined;
}

/** What stands in the list for one, as if it were there. */
function listedUnbegun(other: RosterUser, ask: Ask): object {
  const own = ask.view.roster.user(ask.session.userId);
  const send = [...(own === undefined ? [] : [own.name]), other.name];
  const none = { last_message: null, last_message_id: null };
  return { type: "text", name: whisperName(other), permissions: { send }, ...none };
}

/** `channel_create` with `user`: the whisper with a person, begun or not. */
export function openWhisper(given: string, ask: Ask): readonly Step[] {
  const { roster } = ask.view;
  const { userId } = ask.session;
  const other = findUser(given, roster);
  if (other === undefined || other.banned) return fail(ask, "User not found");
  if (other.userId === userId) return fail(ask, "Not to yourself");
  const begun = whisperWith(other.userId, userId, roster);
  const channel =
    begun === undefined ? listedUnbegun(other, ask) : listedChannel(begun, userId, roster);
  return [reply(ask, { cmd: "channel_create", channel, created: begun === undefined })];
}

/** `messages_get` there. */
export const readUnbegun = (other: RosterUser, range: PageRange, ask: Ask): readonly Step[] => [
  reply(ask, emptyPage(whisperName(other), range, ask.client.own.newer)),
];

/** `message_new` there: the first message, which is words alone. */
export function beginWhisper(
  other: RosterUser,
  text: string,
  ask: Ask,
  texts: OwnTexts,
): readonly Step[] {
  return [
    {
      do: "command",
      body: {
        type: "message.whisper",
        target: other.userId,
        content: { text, markup: "markdown" },
      },
      settle: echoPosted(ask),
      refuse: refuse(ask, { ...texts, not_found: () => noChannel }),
    },
  ];
}
