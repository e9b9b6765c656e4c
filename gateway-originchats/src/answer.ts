/** What a request gets back: replies, errors and its own copy of an event, each with its `listener`. */
import type {
  AnswerOf,
  Commit,
  Event,
  QueryOf,
  QueryType,
  Rejection,
  Session,
} from "@dragoman/bus-schema";
import type { Packet, QueryStep, Step, View } from "@dragoman/gateway-kit";
import type { OriginchatsConnection } from "./client.ts";
import { messageNew } from "./packet.ts";
import { encode, errorPacket, withListener } from "./wire.ts";

/** A request of a signed-in connection. `view` is the one of the moment when the request came. */
export interface Ask {
  readonly cmd: string;
  readonly listener: string | undefined;
  readonly client: OriginchatsConnection;
  readonly session: Session;
  readonly view: View;
}

/** The step that sends packets to the requester. */
export const send = (...packets: readonly Packet[]): Step => ({ do: "send", packets });

/** A reply to the requester alone. */
export function reply(ask: Ask, packet: object): Step {
  return send(withListener(encode(packet), ask.listener));
}

/** An `error` to the requester, with `src` and `listener`. */
export function fail(ask: Ask, val: string): readonly Step[] {
  return [send(errorPacket(ask.cmd, val, ask.listener))];
}

/** A reply, or the `error` of that text. */
export const told = (ask: Ask, answer: object | string): readonly Step[] =>
  typeof answer === "string" ? fail(ask, answer) : [reply(ask, answer)];

/** How `command` steps settle. */
type Settle = (own: readonly Packet[], commit: Commit, view: View) => readonly Step[];

/**
 * The requester's copy of a global reply (part 1, 6.1): what the commit gave it like everybody else, with the
 * packet of kind `cmd` last and carrying the `listener`. `absent` builds that packet where the requester does
 * not hear the place, or is the text of the error where that is no longer there.
 */
export function echo(
  ask: Ask,
  cmd: string,
  absent: (commit: Commit, view: View) => object | string | undefined,
): Settle {
  const head = `{"cmd":"${cmd}",`;
  return (own, commit, view) => {
    const at = own.findLastIndex((packet) => packet.startsWith(head));
    const others = own.filter((_, index) => index !== at);
    const found = own[at];
    if (found !== undefined) return [send(...others, withListener(found, ask.listener))];
    const built = absent(commit, view);
    return [send(...others), ...(built === undefined ? [] : told(ask, built))];
  };
}

/** The requester's copy of the `message_new` that its command brought about, be it a post or an announcement. */
export function echoPosted(ask: Ask): Settle {
  return echo(ask, "message_new", (commit, { roster }) => {
    const event = commit.events.find(
      (each) => each.type === "message.posted" || each.type === "message.announced",
    );
    const channel = event && roster.channel(event.message.place.channelId);
    return channel && messageNew(event.message, channel, ask.session.userId, roster);
  });
}

/** What the commit gave the requester like everybody else, then a reply of its own. */
export function thenReply(ask: Ask, build: (commit: Commit, view: View) => object): Settle {
  return (own, commit, view) => [send(...own), reply(ask, build(commit, view))];
}

/** A query step: `answer` is typed by the query's type. */
export function query<T extends QueryType>(step: {
  readonly body: QueryOf<T> & { readonly type: T };
  readonly answer: (answer: AnswerOf<T>, view: View) => readonly Step[];
  readonly refuse: (rejection: Rejection, view: View) => readonly Step[];
  readonly covers?: (event: Event) => boolean;
}): Step {
  return { do: "query", ...step } as unknown as QueryStep;
}
