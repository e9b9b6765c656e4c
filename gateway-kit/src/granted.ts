/** What a connection makes of what a command gave it. */
import { grantShapes } from "@dragoman/bus-schema";
import { busy } from "./busy.ts";
import type { GrantStep, Step } from "./edge.ts";
import type { Outcome } from "./lane.ts";
import type { View } from "./view.ts";

/** The steps that follow. Where the leader gave nothing it is refused as busy: the person asks again. */
export function grantedSteps(
  step: GrantStep,
  outcome: Exclude<Outcome, { kind: "unknown" }>,
  view: View,
): readonly Step[] {
  if (outcome.kind === "refused") return step.refuse(outcome.rejection, view);
  const given = outcome.kind === "unchanged" ? outcome.grant : undefined;
  const grant = grantShapes[step.body.type].safeParse(given);
  if (!grant.success) return step.refuse(busy, view);
  // It was parsed by the shape of this very command.
  return (step.granted as (grant: unknown, view: View) => readonly Step[])(grant.data, view);
}
