/** Signals: told at most once, never stored, ordered against nothing. */
import { z } from "zod";
import { GatewayId, SessionId, UserId } from "../id.ts";
import { Place } from "../place.ts";

const signalShapes = {
  /** The person types; it ends by time at the gateway, never by a signal (journal 4.8). */
  typing: z.object({
    type: z.literal("typing"),
    place: Place,
    userId: UserId,
    sessionId: SessionId,
  }),
  /** A gateway's canary, for the canaries of all gateways; people are told nothing (docs/decisions/canary.md). */
  canary: z.object({
    type: z.literal("canary"),
    gatewayId: GatewayId,
    n: z.int().min(1),
    saidAt: z.int(),
    everyMs: z.int().min(0),
    /** Where the journal stood: who has not come so far has not heard what was said before. */
    seq: z.int().min(0),
  }),
} as const;

type Shapes = typeof signalShapes;
export type SignalType = keyof Shapes;
type SignalOf<T extends SignalType> = z.infer<Shapes[T]>;
export type Signal = { [T in SignalType]: SignalOf<T> }[SignalType];
export const Signal = z.discriminatedUnion("type", [signalShapes.typing, signalShapes.canary]);
export const CanarySignal = signalShapes.canary;
export type CanarySignal = z.infer<typeof CanarySignal>;
/** Those that people are told of. */
export type ShownSignal = Exclude<Signal, CanarySignal>;
/** On the bus a signal carries the term of the leader that sent it (docs/journal.md 2.6). */
export const SignalEnvelope = z.object({ v: z.literal(1), term: z.int(), signal: Signal });
export type SignalEnvelope = z.infer<typeof SignalEnvelope>;
