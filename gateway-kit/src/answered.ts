/** What a connection makes of the answer to a query. */
import type { QueryType, Result } from "@dragoman/bus-schema";
import type { QueryStep, Step } from "./edge.ts";
import type { Hold } from "./hold.ts";
import type { Answer } from "./queries.ts";
import type { View } from "./view.ts";

/** The steps that an answer, or its refusal, becomes; drops the held deliveries that the answer covers. */
export function answeredSteps(
  step: QueryStep,
  result: Result<Answer<QueryType>>,
  hold: Pick<Hold, "drop">,
  view: View,
): readonly Step[] {
  if (!result.ok) return step.refuse(result.rejection, view);
  const { through, answer } = result.value;
  // The answer was parsed by the shape of this very query. It is rendered first: what it covers may depend on
  // what it holds.
  const steps = (step.answer as (answer: unknown, view: View) => readonly Step[])(answer, view);
  const { covers } = step;
  if (covers !== undefined) {
    hold.drop(({ seq, event }) => event !== undefined && seq <= through && covers(event));
  }
  return steps;
}
