/**
 * What the versions of this software know, as one rising number (docs/journal.md 1.7): processes of two versions work side
 * by side as long as nobody writes what one of them does not know.
 */
import { z } from "zod";
import type { Event, EventType } from "./event/index.ts";

/** Raised by one in the version that brings a new type of event. */
export const featureLevel = 2;

/** The level that a type came with; all others were there at level 1, which says nothing of itself. */
const typeLevels: { readonly [T in EventType]?: number } = {
  "journal.levelled": 2,
};

/** The level that whoever reads the event must know. */
export const levelOf = ({ type }: Pick<Event, "type">): number => typeLevels[type] ?? 1;

/** Those settings of a process that are the same in all processes of a community, by name; in milliseconds. */
const Rhythm = z.record(z.string().max(32), z.int());

/** What a process says of itself: what it knows, its version, and its rhythm. */
export const ProcessFacts = z.object({
  level: z.int().min(1),
  version: z.string().max(64),
  rhythm: Rhythm,
});
export type ProcessFacts = z.infer<typeof ProcessFacts>;
