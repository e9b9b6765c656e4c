import { aheadMs } from "@dragoman/bus-schema";
import type { Inputs } from "./contract.ts";

/** A moment of people's clocks (epoch ms) as the journal's time, by which the state keeps its ends (docs/journal.md 1.6). */
export const onJournal = (
  clockMs: number,
  { nowMs, inputs }: { readonly nowMs: number; readonly inputs: Pick<Inputs, "clockMs"> },
): number => clockMs + aheadMs(nowMs, inputs.clockMs);
