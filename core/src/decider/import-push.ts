/** Where people were notified on the server that a community comes from, and are here (docs/decisions/import.md). */
import type { CommandOf } from "@dragoman/bus-schema";
import { cursorIn } from "../state/imported.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Decision, Need } from "./contract.ts";
import { missing, stored } from "./import-event.ts";
import { subscriptionsMax } from "./push.ts";
import { accept, busy, type DecisionContext, type OperatorAsker, refuse } from "./row.ts";

type Brought = CommandOf<"import.push">;

/** What can be said without keeping anything; undefined: it is to be kept. */
function settled(state: Reading<State>, { userId, progress }: Brought): Decision | undefined {
  const person = state.people.get(userId);
  if (person === undefined || person.departed) return missing("user", userId);
  if (cursorIn(state, progress) === progress.cursor) return accept();
  const own = [...state.pushes.values()].filter((holder) => holder === userId);
  return own.length >= subscriptionsMax
    ? refuse({ code: "limit_reached", what: "subscriptions", max: subscriptionsMax })
    : undefined;
}

export function pushNeeds(state: Reading<State>, body: Brought): readonly Need[] {
  if (settled(state, body) !== undefined) return [];
  const { privateKey, subscription } = body;
  const mayReplace = state.pushes.size === 0;
  return [{ kind: "brought subscription", privateKey, subscription, mayReplace }];
}

/** Decides `import.push`. What somebody has here already stays theirs. */
export function push({ state, inputs }: DecisionContext<OperatorAsker>, body: Brought): Decision {
  const said = settled(state, body);
  if (said !== undefined) return said;
  const { broughtId } = inputs.lookups;
  if (broughtId === undefined) return busy;
  if (broughtId === null) return refuse({ code: "invalid", field: "endpoint", why: "unreachable" });
  if (broughtId === "other keys")
    return refuse({ code: "protected", what: "keys of notifications" });
  const { userId, progress } = body;
  const events = state.pushes.has(broughtId)
    ? []
    : [{ type: "push.subscribed", userId, subscriptionId: broughtId } as const];
  return accept(...events, { ...stored(), progress });
}
