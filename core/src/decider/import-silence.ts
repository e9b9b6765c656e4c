/** Who could not speak on the server that a community comes from, and cannot here (docs/decisions/import.md). */
import type { CommandOf, Event, EventOf, UserId } from "@dragoman/bus-schema";
import { silenceOf } from "../state/find.ts";
import { cursorIn } from "../state/imported.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { missing, stored } from "./import-event.ts";
import { onJournal } from "./journal-time.ts";
import { accept, type DecisionContext, type OperatorAsker } from "./row.ts";

/** Decides `import.silence`. One that is over, or ends before the person's own, is remembered as brought. */
export function silence(
  context: DecisionContext<OperatorAsker>,
  { userId, untilMs: thereMs, progress }: CommandOf<"import.silence">,
): Decision {
  const { state, nowMs } = context;
  const person = state.people.get(userId);
  if (person === undefined || person.departed) return missing("user", userId);
  if (cursorIn(state, progress) === progress.cursor) return accept();
  const untilMs = thereMs === null ? null : onJournal(thereMs, context);
  const isOver = untilMs !== null && untilMs <= nowMs;
  const events =
    isOver || isSilenced(state, nowMs, userId, untilMs)
      ? []
      : [silencedEvent(userId, untilMs, nowMs)];
  return accept({ ...stored(...events), progress });
}

/** A silence of an account that becomes part of another holds for the whole person. */
export function silenceKept(
  state: Reading<State>,
  nowMs: number,
  { fromId, intoId }: { readonly fromId: UserId; readonly intoId: UserId },
): readonly Event[] {
  const held = silenceOf(state, fromId, nowMs);
  return held === undefined || isSilenced(state, nowMs, intoId, held.untilMs)
    ? []
    : [stored(silencedEvent(intoId, held.untilMs, nowMs))];
}

/** Whether somebody is silenced as long already. */
function isSilenced(
  state: Reading<State>,
  nowMs: number,
  userId: UserId,
  untilMs: number | null,
): boolean {
  const own = silenceOf(state, userId, nowMs);
  if (own === undefined) return false;
  return own.untilMs === null || (untilMs !== null && own.untilMs >= untilMs);
}

const silencedEvent = (
  userId: UserId,
  untilMs: number | null,
  nowMs: number,
): EventOf<"moderation.silenced"> => ({
  type: "moderation.silenced",
  userId,
  byId: null,
  reason: "",
  untilMs,
  lengthMs: untilMs === null ? null : untilMs - nowMs,
});
