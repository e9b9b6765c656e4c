/** The invariants of the state. */
import type { State } from "./shape.ts";

export declare function violations(state: State): string[];
