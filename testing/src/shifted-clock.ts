/**
 * Shifts the wall clock of the process that loads this first (`node --import`). What lasts (`performance.now()`, timers)
 * is left alone. The file that `SHIFTED_CLOCK` names is read at each look at the clock, so that another process may set
 * it at any moment.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** What a clock says: `offsetMs` more than the true one, and since `sinceMs` (true epoch ms) at `rate` of its speed. */
interface Shift {
  readonly offsetMs: number;
  readonly sinceMs: number;
  readonly rate: number;
}

export const clockVariable = "SHIFTED_CLOCK";

/** Sets the clock of whoever reads the file. `rate`: how fast it runs from now on. */
export function setClock(file: string, offsetMs: number, rate = 1): void {
  const shift: Shift = { offsetMs, sinceMs: Date.now(), rate };
  writeFileSync(`${file}.new`, JSON.stringify(shift));
  renameSync(`${file}.new`, file);
}

const file = process.env[clockVariable];
if (file !== undefined) shiftBy(file);

function shiftBy(path: string): void {
  const True = Date;
  const now = (): number => {
    const trueMs = True.now();
    const { offsetMs, sinceMs, rate } = JSON.parse(readFileSync(path, "utf8")) as Shift;
    return Math.round(trueMs + offsetMs + (trueMs - sinceMs) * (rate - 1));
  };
  class Shifted extends True {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [now()] : given) as [number]));
    }
    static override now = now;
  }
  globalThis.Date = Shifted as DateConstructor;
}
