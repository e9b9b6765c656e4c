/** Which message a command means: one by its id, looked up where state does not remember it, or the newest of somebody. */
import type { Message, MessageRef, Place, Result } from "@dragoman/bus-schema";
import { factOf } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import { seenChannel } from "../state/sight.ts";
import { upToDate } from "../state/touch.ts";
import type { Admitted, Need } from "./contract.ts";
import { newestBy } from "./excerpt.ts";
import { sightBehind } from "./place.ts";
import { busy, type DecisionContext, refuse } from "./row.ts";

/** The lookup of a message that state does not remember, or that whoever gives the command may not see. */
export function messageNeed(
  state: Reading<State>,
  command: Admitted,
  ref: MessageRef | undefined,
  place: Place | undefined,
): readonly Need[] {
  // The newest of a place is among what state remembers, or is not found.
  if (typeof ref !== "string") return [];
  const fact = factOf(state, ref);
  const isSeen =
    fact !== undefined && seenChannel(state, fact.place, sightBehind(state, command)) !== undefined;
  if (isSeen) return [];
  return [place === undefined ? { kind: "message", ref } : { kind: "message", ref, place }];
}

/**
 * A present message: what state remembers goes before what was looked up, and a lookup that may have missed something
 * is refused as busy (docs/journal.md 2.8).
 * @param place where to look for the newest
 */
export function messageByRef(
  context: DecisionContext,
  ref: MessageRef,
  place: Place | undefined,
): Result<Message> {
  const notFound = refuse({ code: "not_found", what: "message", given: typedIn(ref) });
  if (typeof ref !== "string") {
    const newest = place === undefined ? undefined : newestBy(context.state, place, ref);
    return newest === undefined ? notFound : { ok: true, value: newest };
  }
  const fact = factOf(context.state, ref);
  if (fact !== undefined) {
    return fact.message === null ? notFound : { ok: true, value: fact.message };
  }
  const found = context.inputs.lookups.messages.get(ref);
  const { evictedThrough, touchedThrough } = context.state;
  if (found === undefined || found.through < Math.max(evictedThrough, touchedThrough)) {
    return busy;
  }
  if (found.message === null) return notFound;
  return { ok: true, value: upToDate(context.state, found.message, found.through) };
}

/** What a refusal names of it. */
export const typedIn = (ref: MessageRef): string =>
  typeof ref === "string" ? ref : (ref.newestBy ?? "");
