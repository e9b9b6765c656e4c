/** The `attachments` of a message to be (part 2, section 3, steps 9c to 12). Whether they are there is core's. */
import { AttachmentId, allows, attachmentsMax, type Channel, clipped } from "@dragoman/bus-schema";
import type { Ask } from "../answer.ts";
import { isTruthy } from "../wire.ts";

/** Their ids, or the error's text. */
export type Attached =
  | { readonly ok: true; readonly ids: AttachmentId[] }
  | { readonly ok: false; readonly error: string };

const wrong = (error: string): Attached => ({ ok: false, error });

export const notThere = (id: string): string => `Attachment ${id} not found or expired`;
/** What is repeated to its sender of an id that is none. */
const shownMax = 64;

/** Reads the list. Falsy is none; the right to send is asked before anything in it. */
export function readAttached(given: unknown, ask: Ask, channel: Channel): Attached {
  if (!isTruthy(given)) return { ok: true, ids: [] };
  if (!allows(channel, "send", ask.view.roster.actor(ask.session.userId))) {
    return wrong("You do not have permission to send messages in this channel");
  }
  if (!ask.view.config.attachments.enabled) return wrong("Attachments are disabled");
  if (!Array.isArray(given)) return wrong("Attachments must be an array");
  if (given.length > attachmentsMax)
    return wrong(`Cannot have more than ${attachmentsMax} attachments`);
  const ids: AttachmentId[] = [];
  for (const entry of given) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
      return wrong("Each attachment must be an object");
    }
    const { id } = entry as { readonly id?: unknown };
    if (!isTruthy(id)) return wrong("Attachment ID is required");
    const parsed = AttachmentId.safeParse(id);
    if (!parsed.success) return wrong(notThere(clipped(String(id), shownMax)));
    ids.push(parsed.data);
  }
  return { ok: true, ids };
}
