/**
 * What the versions of this software know, as one rising number (docs/journal.md 1.7): processes of two versions work side
 * by side as long as nobody writes what one of them does not know.
 */
import { z } from "zod";
import type { Event, EventType } from "./event/index.ts";

/** Raised by one in the version that brings a new type of event. */
export const featureLevel = 6;

/** The level that came with the signal of canaries, of which a process of before can make nothing. */
export const canaryLevel = 4;

/** The level from which on the journal says which login tokens there are. */
export const tokenLevel = 6;

/** The level that a type came with; all others were there at level 1, which says nothing of itself. */
const typeLevels: { readonly [T in EventType]?: number } = {
  "journal.levelled": 2,
  "import.stored": 3,
  "server.phased": 4,
  "server.signalled": 5,
  "invite.created": 6,
  "invite.revoked": 6,
  "token.issued": 6,
  "token.ended": 6,
  "user.erased": 6,
  "user.forgotten": 6,
  "journal.filled": 6,
};

/** The level that came with silences among what `import.stored` carries. */
const silencesLevel = 6;

interface Typed {
  readonly type: EventType;
  /** What it carries. */
  readonly events?: readonly Pick<Event, "type">[];
}

/** The level that whoever reads the event must know. */
export function levelOf({ type, events = [] }: Typed): number {
  const carriesSilence = events.some((carried) => carried.type === "moderation.silenced");
  return carriesSilence ? silencesLevel : (typeLevels[type] ?? 1);
}

/** Those settings of a process that are the same in all processes of a community, by name; in milliseconds. */
const Rhythm = z.record(z.string().max(32), z.int());

/** Of so many settings a process says that they stay, or wait; of further ones nothing. */
export const settingsNamedMax = 10;
const named = z.array(z.string().max(64)).max(settingsNamedMax);

/** How a process stands to the settings that all share. */
export const SharedStanding = z.object({
  /** The revision that holds in it; 0: none. */
  revision: z.int().min(0),
  /** A later one that it does not take, and why. */
  refused: z.object({ revision: z.int(), why: z.string().max(300) }).exactOptional(),
  /** Settings of its own file or environment, which beat the shared ones. */
  own: named,
  /** Settings that hold after a restart alone. */
  restart: named,
  /** Settings that its version does not know. */
  unknown: named,
});
export type SharedStanding = z.infer<typeof SharedStanding>;

/** What a process says of itself: what it knows, its version, and its rhythm. */
export const ProcessFacts = z.object({
  level: z.int().min(1),
  version: z.string().max(64),
  rhythm: Rhythm,
  /** Absent: it does not follow them. */
  shared: SharedStanding.exactOptional(),
});
export type ProcessFacts = z.infer<typeof ProcessFacts>;
