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
});
export type SnapshotEntry = z.infer<typeof Entry>;

const Manifest = z.object({ v: z.literal(1), entries: z.array(Entry) });

/** How many good ones of each kind are kept. */
const keptMax = 2;

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
   * @returns what went out
   */
  async enter(
    entry: SnapshotEntry,
    fits: (entry: SnapshotEntry) => Promise<boolean>,
  ): Promise<readonly SnapshotEntry[]> {
    for (;;) {
      const { entries, revision } = await this.#read();
      const kept = [entry];
      for (const other of entries) {
        const count = kept.filter(({ kind }) => kind === other.kind).length;
        if (count < keptMax && (await fits(other))) kept.push(other);
      }
      kept.sort((a, b) => b.seq - a.seq);
      const bytes = new TextEncoder().encode(JSON.stringify({ v: 1, entries: kept }));
      try {
        if (revision === 0) await this.#bucket.create(key, bytes);
        else await this.#bucket.update(key, bytes, revision);
        return entries.filter((other) => !kept.includes(other));
      } catch (error) {
        // Another one was quicker: what it entered counts as well.
        if ((await this.#read()).revision === revision) throw error;
      }
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
