/** A row of the inbound table: the shape of a request and what it becomes. */
import {
  type Channel,
  holds,
  type Place,
  type Right,
  type Thread,
  type ThreadId,
} from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail } from "../answer.ts";
import { findViewedChannel } from "../place.ts";
import type { JsonObject } from "../wire.ts";

/** One command. Wrong types are answered by the field's name (part 1, 6.4). */
export interface Row {
  /** The names of its fields, `cmd` and `listener` left out. */
  readonly fields: readonly string[];
  readonly take: (packet: JsonObject, ask: Ask) => readonly Step[];
}

/** The rows of one family, keyed by the exact `cmd`. */
export type CommandRows = Readonly<Record<string, Row>>;

/** A row whose packet type is inferred from its shape. `cmd` and `listener` are not in it. */
export function row<S extends z.ZodObject>(definition: {
  readonly shape: S;
  readonly translate: (packet: z.infer<S>, ask: Ask) => readonly Step[];
}): Row {
  return {
    fields: Object.keys(definition.shape.shape),
    take: (packet, ask) => {
      const parsed = definition.shape.safeParse(packet);
      if (parsed.success) return definition.translate(parsed.data, ask);
      const field = parsed.error.issues[0]?.path[0];
      return fail(ask, `Invalid request: ${String(field ?? "packet")}`);
    },
  };
}

/** A text that may be absent or null. */
export const optionalText = z.string().nullable().exactOptional();

/** Where a request acts. */
export const placeFields = { channel: optionalText, thread_id: optionalText };

/** A row without fields. */
export const noFields = z.object({});

/** What whoever has no role at all is told (part 2, section 0). */
export const noRoles = "User roles not found";

/** Whether the asker has any role at all (part 2, section 0). */
export function hasRoles(ask: Ask): boolean {
  return ask.view.roster.actor(ask.session.userId).roles.length > 0;
}

/** Whether the asker does not hold a right. */
export function lacks(ask: Ask, right: Right): boolean {
  return !holds(ask.view.roster.actor(ask.session.userId), right);
}

/** Whether messages stand in a channel itself: not in a forum, a voice channel or a separator. */
export function holdsText({ kind }: Channel): boolean {
  return kind === "text" || kind === "whisper";
}

/** A place that is found. `channel` is a thread's parent; `absent`: what is told once the place is not there. */
export interface FoundPlace {
  readonly ok: true;
  readonly channel: Channel;
  readonly place: Place;
  readonly thread?: Thread;
  readonly absent: string;
}
/** A place, or the error's text. */
export type Found = FoundPlace | { readonly ok: false; readonly error: string };

/** What is said of a place that is not there, and of one that the asker may not view (part 1, 5.3). */
export const noChannel = "Channel not found";
export const noThread = "Thread not found";

/** A thread that is named, whose forum the asker may view. */
function findThread(ask: Ask, threadId: string): Found {
  const { roster } = ask.view;
  const thread = roster.thread(threadId as ThreadId);
  const channel = thread && roster.channel(thread.channelId);
  const isSeen = channel !== undefined && roster.sees(ask.session.userId, channel);
  if (thread === undefined || !isSeen) return { ok: false, error: noThread };
  const place = { channelId: channel.channelId, threadId: thread.threadId };
  return { ok: true, channel, place, thread, absent: noThread };
}

/** A channel as a place. */
export const inChannel = (channel: Channel, absent = noChannel): FoundPlace => ({
  ok: true,
  channel,
  place: { channelId: channel.channelId },
  absent,
});

/** The channel of a place when an answer is there; undefined where the asker does not view it any longer. */
export function findAgain(ask: Ask, { place }: FoundPlace, roster: Roster): Channel | undefined {
  const channel = roster.channel(place.channelId);
  const stands = place.threadId === undefined || roster.thread(place.threadId) !== undefined;
  return stands && channel !== undefined && roster.sees(ask.session.userId, channel)
    ? channel
    : undefined;
}

/** Where a request says that it acts. */
export interface Placed {
  readonly channel?: string | null;
  readonly thread_id?: string | null;
}

/** The place of a command that touches a channel's content (part 2, 9.0): a thread wins. */
export function findPlace(ask: Ask, packet: Placed): Found {
  if (packet.thread_id) return findThread(ask, packet.thread_id);
  const channel = findViewedChannel(packet.channel ?? "", ask.session.userId, ask.view.roster);
  return channel === undefined ? { ok: false, error: noChannel } : inChannel(channel);
}

/** The place of a command that changes what stands there: in a thread that is neither locked nor archived. */
export function findOpen(ask: Ask, packet: Placed): Found {
  const found = findPlace(ask, packet);
  if (!found.ok || found.thread === undefined) return found;
  if (found.thread.locked) return { ok: false, error: "This thread is locked" };
  return found.thread.archived ? { ok: false, error: "This thread is archived" } : found;
}

/** The same for commands that find one message wherever in a forum it stands (part 2, 9.2 and 9.3). */
export function findAnywhere(ask: Ask, packet: Placed): Found {
  const channel = packet.thread_id
    ? undefined
    : findViewedChannel(packet.channel ?? "", ask.session.userId, ask.view.roster);
  return channel?.kind === "forum" ? inChannel(channel) : findReadable(ask, packet);
}

/** The place of a command that reads (part 2, 9.0, text access). */
export function findReadable(ask: Ask, packet: Placed): Found {
  if (!packet.thread_id && !packet.channel) {
    return { ok: false, error: "Channel or thread_id required" };
  }
  const found = findPlace(ask, packet);
  if (!found.ok || found.thread !== undefined || holdsText(found.channel)) return found;
  return { ok: false, error: "Access denied to this channel" };
}
