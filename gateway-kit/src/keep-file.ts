import type { Step } from "./edge.ts";
import type { SessionPorts } from "./session-ports.ts";

/**
 * Keeps the bytes of a step in the file store, if it has nothing against what they are.
 * @param isOver nobody waits for it any more
 * @returns what yields the steps that follow
 */
export async function keepFile(
  step: Extract<Step, { do: "store" }>,
  { factsOf, keep, view }: Pick<SessionPorts, "factsOf" | "keep" | "view">,
  isOver: () => boolean,
): Promise<() => readonly Step[]> {
  const facts = await factsOf(step.bytes);
  if (isOver()) return () => [];
  const judged = step.judge(facts, view());
  if (judged !== undefined) return () => judged;
  const kept = await keep(step.bytes, facts);
  return () => (kept.ok ? step.done(kept.value, view()) : step.refuse(kept.rejection, view()));
}
