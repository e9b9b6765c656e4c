/** A fault, how long it lasts, and what it is told while it happens. */
import type { House } from "./house.ts";
import type { FaultSort, PlannedFault } from "./schedule.ts";

/** A fault that is happening. `say`: whom it hit, once that is known and before it is done. */
export interface Happening extends PlannedFault {
  readonly house: House;
  readonly say: (what: string) => void;
}

export interface Fault extends FaultSort {
  /** Does it, and undoes it when it has lasted. Resolves when all is whole again. */
  readonly happen: (happening: Happening) => Promise<void>;
}

export const short = [300, 2_000] as const;
export const long = [1_500, 7_000] as const;
export const blackHole = [5_000, 5_000] as const;

export const secondsOf = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
