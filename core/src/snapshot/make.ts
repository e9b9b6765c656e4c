/**
 * Makes snapshots and trims the journal behind them (docs/journal.md 5.2 and 5.3). Runs in a process of its own
 * (`child.ts`): nothing of it is anywhere near a leader's event loop.
 */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { createGzip, constants as zlib } from "node:zlib";
import type { CommunityId } from "@dragoman/bus-schema";
import { type Bus, Feed, type Logger, noSkips, type Skips, skipsOf } from "@dragoman/service-kit";
import { evolve } from "../decider/index.ts";
import { copyOf, isUnclean, positionIn } from "../history/file.ts";
import { clearBefore } from "./clear.ts";
import type { SnapshotKind } from "./manifest.ts";
import { Snapshots } from "./snapshots.ts";
import {
  atTheStart,
  type Beginning,
  type RecordPosition,
  readStateWith,
  writeState,
} from "./state-file.ts";
import { trim } from "./trim.ts";

export interface MakeOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  readonly kinds: readonly SnapshotKind[];
  /** The history's database file, which another process writes to. */
  readonly historyPath: string;
  readonly gapFillMs: number;
  /** Records that are younger are not trimmed. */
  readonly keptMs: number;
  /** The level of the journal: what all processes know (docs/journal.md 1.7). */
  readonly journalLevel: number;
  /** What stands before that record is to go whole (`clear.ts`); 0: nothing. */
  readonly erasedThrough: number;
  /** Hears of each snapshot that is set aside. */
  readonly onDamaged: () => void;
}

/** @throws Error when one cannot be made; those that were made before it count */
export async function makeSnapshots(options: MakeOptions): Promise<void> {
  const { bus, community, logger, kinds, keptMs, journalLevel, onDamaged } = options;
  const snapshots = await Snapshots.open(bus, community, logger, onDamaged);
  await snapshots.clear();
  if (kinds.includes("state")) await makeState(options, snapshots);
  if (kinds.includes("history")) await makeHistory(options, snapshots);
  const { erasedThrough } = options;
  if (erasedThrough > 0) await clearBefore(bus, community, snapshots, erasedThrough, logger);
  await trim(bus, community, snapshots, keptMs, journalLevel, logger);
}

async function makeState(options: MakeOptions, snapshots: Snapshots): Promise<void> {
  const known = noSkips();
  const { first, last } = await snapshots.ends();
  for (;;) {
    const read = (bytes: AsyncIterable<Uint8Array>) => readStateWith(bytes, known);
    const from = await snapshots.newest("state", read);
    if (from === null && first > 1) throw new Error(`the journal begins at record ${first}`);
    const begin = from ?? atTheStart();
    if (last <= begin.position.seq) return;
    const position = await replay(options, begin, last, known);
    // A record that this snapshot holds is passed over since: one before it is taken.
    if (position === null) continue;
    const bytes = writeState(begin.state, position, begin.skips);
    const { name, size } = await snapshots.put("state", position, bytes, options.journalLevel);
    options.logger.info({ name, size, from: begin.position.seq }, "snapshot made");
    return;
  }
}

/**
 * Applies the journal to a state, up to a record. @returns where that stands; null: what the state holds already is
 * passed over since, and is then `known`
 */
function replay(
  options: MakeOptions,
  begin: Beginning,
  to: number,
  known: Skips,
): Promise<RecordPosition | null> {
  const { bus, community, logger, gapFillMs } = options;
  const { state, skips } = begin;
  const before = new Set(skips.keys());
  const { seq: origin } = begin.position;
  let { position } = begin;
  return new Promise((resolve, reject) => {
    const end = (tell: () => void): void => {
      feed.stop();
      tell();
    };
    const fail = (why: string): void => end(() => reject(new Error(why)));
    const feed: Feed = new Feed({
      bus,
      community,
      logger,
      apply: (record) => {
        const { seq, batch } = record;
        if (seq > to) return;
        for (const [skipped, skip] of skipsOf(record)) {
          if (skipped > origin || before.has(skipped)) continue;
          known.set(skipped, skip);
          end(() => resolve(null));
          return;
        }
        for (const commit of batch.commits) evolve(state, commit, { seq, at: batch.at });
        const { id, at, term } = batch;
        position = { seq, id, at, term: Math.max(term, position.term) };
        if (seq === to) end(() => resolve(position));
      },
      rewound: (why) => fail(`the journal went back: ${why}`),
      halted: (halt) => {
        if (halt !== undefined) fail(`the journal has halted at record ${halt.seq}`);
      },
      refuse: ({ unknown }) =>
        unknown.length === 0 ? undefined : `unknown: ${unknown.join(", ")}`,
      skips,
      gapFillMs,
      gapMax: Number.POSITIVE_INFINITY,
    });
    feed.start(position, position.at);
    void feed.reached(to);
  });
}

async function makeHistory(options: MakeOptions, snapshots: Snapshots): Promise<void> {
  const { historyPath, logger } = options;
  const copy = `${historyPath}.copy`;
  try {
    await rm(copy, { force: true });
    copyOf(historyPath, copy);
    const position = positionIn(copy);
    if (position === null) throw new Error(`${copy}: not what was copied`);
    if (position.seq < options.erasedThrough || isUnclean(copy)) {
      throw new Error("the history still holds what was erased");
    }
    const [newest] = await snapshots.entries("history");
    if (position.seq === 0 || (newest !== undefined && newest.seq >= position.seq)) return;
    const bytes = createReadStream(copy).pipe(createGzip({ level: zlib.Z_BEST_SPEED }));
    const entry = await snapshots.put(
      "history",
      { ...position, at: 0 },
      bytes,
      options.journalLevel,
    );
    logger.info({ name: entry.name, size: entry.size }, "snapshot made");
  } finally {
    await rm(copy, { force: true });
  }
}
