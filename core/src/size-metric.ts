/** How large what core keeps is, and how much room is left, as metrics; looked at now and then. */
import { stat } from "node:fs/promises";
import { BusError, diskRoom, isUnled, type Logger, wallMs } from "@dragoman/service-kit";
import { measureEvery } from "./measure.ts";
import type { CoreMetrics } from "./metrics.ts";
import { snapshotKinds } from "./snapshot/manifest.ts";
import type { Snapshots } from "./snapshot/snapshots.ts";

const everyMs = 15_000;

export interface SizeOptions {
  readonly snapshots: Pick<Snapshots, "entries">;
  /** Of the projection. */
  readonly path: string;
  /** By the value of the label `disk`; "": it is not looked at. */
  readonly folders: { readonly data: string; readonly nats: string };
  readonly metrics: Pick<
    CoreMetrics,
    "snapshotBytes" | "snapshotAge" | "projectionBytes" | "diskFree" | "disk"
  >;
  readonly logger: Logger;
}

/** Measures until stopped. */
export function measureSizes(options: SizeOptions): { stop(): void } {
  const { snapshots, path, folders, metrics, logger } = options;
  const measure = async (): Promise<void> => {
    for (const [disk, folder] of Object.entries(folders)) {
      const room = folder === "" ? undefined : diskRoom(folder);
      if (room === undefined) continue;
      metrics.diskFree.set({ disk }, room.freeBytes);
      metrics.disk.set({ disk }, room.bytes);
    }
    const files = await Promise.all([path, `${path}-wal`].map(sizeOf));
    metrics.projectionBytes.set(files.reduce((sum, size) => sum + size, 0));
    for (const kind of snapshotKinds) {
      const [newest] = await snapshots.entries(kind);
      if (newest === undefined) continue;
      metrics.snapshotBytes.set({ kind }, newest.size);
      metrics.snapshotAge.set({ kind }, Math.max(0, wallMs() - newest.madeAtMs) / 1_000);
    }
  };
  return measureEvery(everyMs, measure, (error) => {
    // The store does not answer: other metrics and the log say it.
    if (error instanceof BusError || isUnled(error)) return;
    logger.warn({ err: error }, "sizes are not measured");
  });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
