/**
 * Where a protocol stands while a community leaves it, step by step (docs/migrating.md). Each phase includes what those
 * before it do; whoever may manage the community goes in and on in all of them.
 */
import { z } from "zod";
import { Protocol } from "./session.ts";

/**
 * `announced`: its people are told how they come over. `invited`: nobody new comes in. `read-only`: what is there is read,
 * and nothing said. `closed`: nobody comes in, and who is there is put out.
 */
export const phases = ["open", "announced", "invited", "read-only", "closed"] as const;
export const Phase = z.enum(phases);
export type Phase = z.infer<typeof Phase>;

/** Whether a phase is one that includes what another one does. */
export const reaches = (phase: Phase, other: Phase): boolean =>
  phases.indexOf(phase) >= phases.indexOf(other);

/** Code units of the words of an operator. */
export const phaseTextMax = 500;

/** `text`: an operator's own words to the people of the protocol; empty: none. */
const PhaseWords = z.object({
  protocol: Protocol,
  phase: Phase,
  text: z.string().max(phaseTextMax),
});

/** Where a protocol stands. `next`: the step that comes by itself, and when (the journal's time). */
export const Standing = PhaseWords.extend({
  next: z.object({ phase: Phase, atMs: z.int() }).exactOptional(),
});
export type Standing = z.infer<typeof Standing>;

/** What a configuration says of where a protocol stands. `dateMs`: epoch ms of people's clocks. */
export const DescribedPhase = PhaseWords.extend({
  next: z.object({ phase: Phase, dateMs: z.int() }).exactOptional(),
});
export type DescribedPhase = z.infer<typeof DescribedPhase>;
