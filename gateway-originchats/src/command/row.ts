/** A row of the inbound table: the shape of a request and what it becomes. */
import { type Channel, holds, type Right } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail } from "../answer.ts";
import { channelShownAs } from "../place.ts";
import type { JsonObject } from "../wire.ts";

/** One command. Wrong types are answered by the field's name (part 1, 6.4). */
export interface Row {
  readonly take: (packet: JsonObject, ask: Ask) => readonly Step[];
}

/** The rows of one family, keyed by the exact `cmd`. */
export type CommandRows = Readonly<Record<string, Row>>;

/** A row whose packet type is inferred from its shape. `cmd` and `listener` are not in it. */
export function row<S extends z.ZodType>(definition: {
  readonly shape: S;
  readonly translate: (packet: z.infer<S>, ask: Ask) => readonly Step[];
}): Row {
  return {
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

/** Whether the asker has any role at all (part 2, section 0). */
export function hasRoles(ask: Ask): boolean {
  return ask.view.roster.actor(ask.session.userId).roles.length > 0;
}

/** Whether the asker does not hold a right. */
export function lacks(ask: Ask, right: Right): boolean {
  return !holds(ask.view.roster.actor(ask.session.userId), right);
}

/** The channel of a request if the asker may view it. */
export function viewedChannel(ask: Ask, name: string): Channel | undefined {
  const { roster } = ask.view;
  const channel = channelShownAs(name, ask.session.userId, roster);
  return channel !== undefined && roster.sees(ask.session.userId, channel) ? channel : undefined;
}

/** Whether messages stand in a channel itself: not in a forum, a voice channel or a separator. */
export function holdsText({ kind }: Channel): boolean {
  return kind === "text" || kind === "whisper";
}

/** A place that is found, or the error's text. */
export type Found =
  | { readonly ok: true; readonly channel: Channel }
  | { readonly ok: false; readonly error: string };

/**
 * The place of a command that touches a channel's content (part 2, 9.0): a thread wins; what may not be viewed
 * is answered like what is not there (part 1, 5.3).
 */
export function findPlace(
  ask: Ask,
  packet: { readonly channel?: string | null; readonly thread_id?: string | null },
): Found {
  if (packet.thread_id) return { ok: false, error: "Thread not found" };
  const channel = viewedChannel(ask, packet.channel ?? "");
  if (channel === undefined) return { ok: false, error: "Channel not found" };
  return { ok: true, channel };
}

/** The place of a command that reads (part 2, 9.0, text access). */
export function findReadable(
  ask: Ask,
  packet: { readonly channel?: string | null; readonly thread_id?: string | null },
): Found {
  if (packet.thread_id) return { ok: false, error: "Thread not found" };
  const name = packet.channel ?? "";
  if (name === "") return { ok: false, error: "Channel or thread_id required" };
  const { roster } = ask.view;
  const channel = channelShownAs(name, ask.session.userId, roster);
  if (channel === undefined) return { ok: false, error: "Channel not found" };
  if (roster.sees(ask.session.userId, channel) && holdsText(channel)) return { ok: true, channel };
  return { ok: false, error: "Access denied to this channel" };
}
