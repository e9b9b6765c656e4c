/**
 * Where the history begins (docs/journal.md 5.2): with its own file, as long as the journal still holds what follows,
 * else with the newest snapshot of one.
 */
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { CommunityId } from "@dragoman/bus-schema";
import type { Bus, Logger, Position } from "@dragoman/service-kit";
import { positionIn } from "../history/file.ts";
import type { History } from "../history/history.ts";
import type { JournalEnds } from "../journal/ends.ts";
import { Snapshots } from "./snapshots.ts";
import type { Beginning } from "./state-file.ts";

/** So many records behind a snapshot, it is quicker to fetch that than to read on. */
const farBehind = 50_000;

export interface HistoryBeginning {
  readonly history: History;
  readonly snapshots: Snapshots;
  readonly ends: JournalEnds;
  /** Where the state begins. */
  readonly beginning: Beginning;
  /** Its file holds what the journal does not. */
  readonly anew: boolean;
  readonly logger: Logger;
}

export async function beginHistory(options: HistoryBeginning): Promise<void> {
  const { history, snapshots, ends, beginning, anew, logger } = options;
  const { seq } = history.position;
  const follows = !anew && seq >= ends.first - 1 && !(await snapshots.endsBelow(seq));
  const [newest] = await snapshots.entries("history");
  if (follows && (newest === undefined || newest.seq - seq < farBehind)) return;
  const copy = `${history.path}.fetched`;
  await rm(copy, { force: true });
  const found = await snapshots.newest("history", (bytes) => fetch(bytes, copy));
  if (found !== null) {
    logger.info({ position: found }, "history begins with a snapshot");
    await history.rebuild(copy);
  } else if (!follows && ends.first <= 1) {
    await history.rebuild();
  } else if (!follows) {
    const { position } = beginning;
    logger.error(
      { position, first: ends.first },
      "history_lost: neither a file nor a good snapshot of it is left, and the journal is trimmed; older messages are gone",
    );
    await history.rebuild(null, { seq: position.seq, id: position.id });
  }
}

/** Whether a history can be made of what the store holds, without the file that there is. */
export async function canRebuildHistory(
  bus: Bus,
  community: CommunityId,
  logger: Logger,
): Promise<boolean> {
  const snapshots = await Snapshots.open(bus, community, logger);
  if ((await snapshots.ends()).first <= 1) return true;
  const [newest] = await snapshots.entries("history");
  return newest !== undefined && (await snapshots.isGood(newest));
}

/** Writes a snapshot to a file, and looks whether it is one. */
async function fetch(bytes: AsyncIterable<Uint8Array>, path: string): Promise<Position> {
  await pipeline(Readable.from(bytes), createGunzip(), createWriteStream(path));
  const position = positionIn(path);
  if (position === null) throw new Error("no history of this version");
  return position;
}
