/** What is told some time after it has come: edits of one message, reactions to one (bridge table, Messages). */
import type { Event, EventOf } from "@dragoman/bus-schema";
import type { Gathering, View } from "@dragoman/gateway-kit";
import { EditsTold } from "../edits.ts";
import { renderEdited } from "./message.ts";
import { reactionGathering, renderReactions } from "./reaction.ts";
import type { Delivery } from "./row.ts";

const isEdit = (event: Event): event is EventOf<"message.edited"> =>
  event.type === "message.edited";

/** With what an event waits to be told together, and how long; undefined: it is none that waits. */
export function gatheringOf(event: Event, view: View): Gathering | undefined {
  if (!isEdit(event)) return reactionGathering(event, view);
  const { messageId } = event.message;
  const afterMs = view.roster.extension(EditsTold).waitMs(messageId, view.steadyMs);
  return afterMs === undefined ? undefined : { key: `edit ${messageId}`, afterMs, againMs: 0 };
}

/** What the events of one key are told as, together. */
export function renderGathered(events: readonly Event[], view: View): readonly Delivery[] {
  const edit = events.findLast(isEdit);
  if (edit === undefined) return renderReactions(events, view);
  const edits = view.roster.extension(EditsTold);
  return edits.takeWaiting(edit.message.messageId, view.steadyMs) ? renderEdited(edit, view) : [];
}
