/** The decider: commands in, events or a rejection out; events in, the next state out. Pure. */
import type { Cause, CommandId, Commit, Signal } from "@dragoman/bus-schema";
import type { State } from "../state/state.ts";
import type { Admitted, Context, Decision, Need, Position, Repetition } from "./contract.ts";

export { timers } from "../state/find.ts";
export type * from "./contract.ts";

export declare function needs(state: State, command: Admitted): readonly Need[];
export declare function decide(state: State, command: Admitted, context: Context): Decision;
export declare function causeOf(state: State, command: Admitted): Cause;
export declare function evolve(state: State, commit: Commit, position: Position): void;
export declare function outcomeOf(state: State, id: CommandId): Repetition;
export declare function signalOf(state: State, command: Admitted): Signal | null;
