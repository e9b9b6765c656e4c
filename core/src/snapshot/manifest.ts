/**
 * Which snapshots are good (docs/journal.md 5.2): one key, written by compare-and-set. What does not stand in it may
 * be anything, such as the half of one that was never finished.
 */
import { type CommunityId, FileId, manifestBucket } from "@dragoman/bus-schema";
import type { Bus, KV } from "@dragoman/service-kit";
import { z } from "zod";

const key = "snapshots";
const limitMs = 5_000;

export const snapshotKinds = ["state", "history"] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

/** A snapshot of all up to the record `id` at `seq`, whose time is `at`. */
const Entry = z.object({
  kind: z.enum(snapshotKinds),
  /** `<kind>.<sequence>`, for whoever reads it. */
  name: z.string(),
  fileId: FileId,
  seq: z.int().min(0),
  id: z.string(),
  at: z.number(),
  size: z.int().min(0),
  /** SHA-256 in hex of what is stored. */
  hash: z.string(),
  madeAtMs: z.int(),
  /** What a process must know to read it (docs/journal.md 1.7); absent: 1. */
  level: z.int().min(1).exactOptional(),
});
export type SnapshotEntry = z.infer<typeof Entry>;

const Manifest = z.object({ v: z.literal(1), entries: z.array(Entry) });

/** How many good ones of each kind are kept, and of those that every process can read. */
const keptMax = 2;

/** Whether every process can read it, while the journal is of a level. */
export const isReadable = ({ level = 1 }: SnapshotEntry, journalLevel: number): boolean =>
  level <= journalLevel;

/** The manifest of a community. */
export class SnapshotManifest {
  readonly #bucket: KV;

  private constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  /** Opens the bucket, which is made at the first call. */
  static async open(bus: Bus, community: CommunityId): Promise<SnapshotManifest> {
    return new SnapshotManifest(await bus.bucket(manifestBucket(community), limitMs));
  }

  /** All that is good, the newest first. */
  async entries(): Promise<readonly SnapshotEntry[]> {
    return (await this.#read()).entries;
  }

  /**
   * Enters a good one, and takes those out that are superseded or, as `fits` says, of another journal.
   * @param journalLevel what all processes know
   * @returns what went out
   */
  async enter(
    entry: SnapshotEntry,
    fits: (entry: SnapshotEntry) => Promise<boolean>,
    journalLevel: number,
  ): Promise<readonly SnapshotEntry[]> {
    for (;;) {
      const { entries, revision } = await this.#read();
      const kept = [entry];
      for (const other of entries) {
        const same = kept.filter(({ kind }) => kind === other.kind);
        const readable = same.filter((each) => isReadable(each, journalLevel));
        const isWanted =
          same.length < keptMax || (isReadable(other, journalLevel) && readable.length < keptMax);
        if (isWanted && (await fits(other))) kept.push(other);
      }
      kept.sort((a, b) => b.seq - a.seq);
      if (await this.#write(kept, revision)) {
        return entries.filter((other) => !kept.includes(other));
      }
    }
  }

  /** Takes out one that is not good. @returns whether it stood there */
  async setAside({ fileId }: SnapshotEntry): Promise<boolean> {
    for (;;) {
      const { entries, revision } = await this.#read();
      const kept = entries.filter((other) => other.fileId !== fileId);
      if (kept.length === entries.length) return false;
      if (await this.#write(kept, revision)) return true;
    }
  }

  /** @returns false: another one was quicker, and what it entered counts as well */
  async #write(entries: readonly SnapshotEntry[], revision: number): Promise<boolean> {
    const bytes = new TextEncoder().encode(JSON.stringify({ v: 1, entries }));
    try {
      if (revision === 0) await this.#bucket.create(key, bytes);
      else await this.#bucket.update(key, bytes, revision);
      return true;
    } catch (error) {
      if ((await this.#read()).revision === revision) throw error;
      return false;
    }
  }

  async #read(): Promise<{ entries: readonly SnapshotEntry[]; revision: number }> {
    const found = await this.#bucket.get(key);
    if (found === null) return { entries: [], revision: 0 };
    // An operator has taken it out.
    if (found.operation !== "PUT") return { entries: [], revision: found.revision };
    const { entries } = Manifest.parse(JSON.parse(new TextDecoder().decode(found.value)));
    return { entries: entries.sort((a, b) => b.seq - a.seq), revision: found.revision };
  }
}
