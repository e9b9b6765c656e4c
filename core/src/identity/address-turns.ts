/**
 * Log-ins of one address, a few at once: what is under way is waited for, so that a failure is known before the next
 * is begun, and everybody behind one address comes in.
 */
import { Turns } from "./turns.ts";

const atOncePerAddress = 4;
const waitingMax = 10_000;
const waitingMaxPerAddress = 2_500;
/** With a check's own wait less than a gateway waits (`journal.commandMs`), so that everybody has an answer. */
const patienceMs = 10_000;

/** Turns whose keys are tags of addresses. */
export function addressTurns(): Turns {
  return new Turns({
    atOnce: Number.POSITIVE_INFINITY,
    atOncePerKey: atOncePerAddress,
    waitingMax,
    waitingMaxPerKey: waitingMaxPerAddress,
    patienceMs,
  });
}
