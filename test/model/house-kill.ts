/** The core that leads is killed now and then, and started again: nobody who talks meanwhile is to notice. */
import { elapse } from "@dragoman/testing/deadline";
import type { Part, ProcessPart } from "../support/part.ts";
import { asProcess } from "../support/stack.ts";

/** How long a machine on which all is busy may take to start a core. */
export const patienceMs = 300_000;

interface Killing {
  readonly kills: number;
  /** Ends it; everything is up again then. */
  stop(): Promise<void>;
}

async function leads(core: ProcessPart): Promise<boolean> {
  try {
    return (await core.metric("dragoman_core_leading", 1_000)) === 1;
  } catch {
    // One that answers nothing leads nobody.
    return false;
  }
}

/** @param everyMs the time between two; 0: never */
export function killLeaders(parts: readonly Part[], everyMs: number): Killing {
  let kills = 0;
  let isOver = everyMs === 0;
  let wake = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const run = async (): Promise<void> => {
    const cores = everyMs === 0 ? [] : parts.map(asProcess);
    while (!isOver) {
      await Promise.race([elapse(everyMs), over]);
      for (const core of isOver ? [] : cores) {
        if (!(await leads(core))) continue;
        await core.kill();
        core.start();
        await core.ready(patienceMs);
        kills += 1;
        break;
      }
    }
  };
  const running = run();
  return {
    get kills() {
      return kills;
    },
    async stop() {
      isOver = true;
      wake();
      await running;
    },
  };
}
