/** What was changed on the old server behind what was brought, as far as an import looks back. */
import { type CommandOf, samePlace } from "@dragoman/bus-schema";
import { factOf, placeKey } from "../state/find.ts";
import { newestCount, type Reading, type State } from "../state/shape.ts";
import type { Decision, Need } from "./contract.ts";
import { deletedEvents } from "./deletion.ts";
import { messageByRef } from "./message-ref.ts";
import { accept, type DecisionContext, type OperatorAsker, refuse } from "./row.ts";

type Context = DecisionContext<OperatorAsker>;

export function reviseNeeds(
  state: Reading<State>,
  { messageId }: CommandOf<"import.revise">,
): readonly Need[] {
  return factOf(state, messageId) === undefined ? [{ kind: "message", ref: messageId }] : [];
}

/** Decides `import.revise`: told as every edit and deletion, since people may see the message at that moment. */
export function revise(context: Context, body: CommandOf<"import.revise">): Decision {
  const found = messageByRef(context, body.messageId, body.place);
  if (!found.ok) return found;
  const message = found.value;
  const { messageId, place } = message;
  if (!samePlace(place, body.place))
    return refuse({ code: "not_found", what: "message", given: messageId });
  if (body.changed !== undefined) {
    const entries = context.state.rings.get(placeKey(place))?.entries.slice(-newestCount) ?? [];
    const recent = entries.some((entry) => entry.messageId === messageId);
    return accept({ type: "message.edited", message: { ...message, ...body.changed }, recent });
  }
  return accept(...deletedEvents(context.state, message, null));
}
