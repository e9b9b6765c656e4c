/** The history of a house that does not run, made anew. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { canRebuildHistory } from "@dragoman/core";
import { environmentName, OperatorError, pause } from "@dragoman/service-kit";
import { openStore } from "./backup/store.ts";
import { Closers } from "./closers.ts";
import { exitCode } from "./command/exit-code.ts";
import { requireCommunity } from "./data-folder.ts";
import { readConfig } from "./edges.ts";
import { inHouse } from "./house-hands.ts";

const lookMs = 200;
const tellMs = 1_000;

/** @throws OperatorError where something runs, or what is there could not be made again */
async function refuseLoss(): Promise<string> {
  const { config } = readConfig();
  if (config.nats.url !== "") {
    throw new OperatorError(
      `projection rebuild: it is for the data folder of a house alone, and ${environmentName("nats.url")} is set; stop that core, move its folder projection/ away, and start it: it makes it anew`,
      exitCode.usage,
    );
  }
  requireCommunity(config.dataDir);
  const closers = new Closers();
  try {
    const { bus, community, logger } = await openStore(config, closers, { alone: true });
    if (await canRebuildHistory(bus, community, logger)) return resolve(config.dataDir);
  } finally {
    await closers.close();
  }
  throw new OperatorError(
    "projection rebuild: the journal is trimmed, and no snapshot of the history is good; older messages would be gone, so the file stays",
    exitCode.refused,
  );
}

/** Makes the history anew. What was there comes back where that fails. */
export async function rebuildProjection(): Promise<{ record: number; seconds: number }> {
  const begunMs = performance.now();
  const dataDir = await refuseLoss();
  const folder = join(dataDir, "projection");
  const before = join(dataDir, "projection.before");
  // Left by a run that was killed: what it moved away is the good one where none has followed.
  if (existsSync(before) && !existsSync(folder)) renameSync(before, folder);
  rmSync(before, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, before);
  try {
    const record = await untilCaughtUp();
    rmSync(before, { recursive: true, force: true });
    return { record, seconds: (performance.now() - begunMs) / 1_000 };
  } catch (error) {
    if (existsSync(before)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(before, folder);
    }
    throw error;
  }
}

/** @returns the record up to which the history has come: the end of the journal */
function untilCaughtUp(): Promise<number> {
  return inHouse("house", async ({ operator }) => {
    let saidMs = performance.now();
    for (;;) {
      const status = await operator.ask({ type: "journal.status" });
      const { position, historyLag, historyFault } = status;
      if (historyFault !== "") throw new OperatorError(historyFault, exitCode.refused);
      if (historyLag === 0 && position >= status.journal.last) return position;
      if (performance.now() - saidMs > tellMs) {
        saidMs = performance.now();
        process.stderr.write(`${historyLag} of ${position} records to go\n`);
      }
      await pause(lookMs);
    }
  });
}
