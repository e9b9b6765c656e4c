/**
 * The snapshots of a community: kept in an object store of core's own, read back before they count, and looked for by
 * whoever starts (docs/journal.md 5.2).
 */
import { createHash, randomUUID } from "node:crypto";
import { type CommunityId, type FileId, snapshotStream } from "@dragoman/bus-schema";
import { type Bus, BusError, FileStore, type Logger, wallMs } from "@dragoman/service-kit";
import { historyLevel } from "../history/layout.ts";
import { endsBelow, type JournalEnds, journalEnds } from "../journal/ends.ts";
import { holdsRecord } from "../journal/holds.ts";
import { stateLevel } from "../state/codec.ts";
import {
  type SnapshotEntry,
  type SnapshotKind,
  SnapshotManifest,
  snapshotKinds,
} from "./manifest.ts";
import type { RecordPosition } from "./state-file.ts";

const limitMs = 5_000;
const isOfDisk = (error: unknown): boolean => error instanceof Error && "syscall" in error;

/** Reads to the end, for the digest alone. */
async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes);
}

/** What a process must know to read what this version writes. */
const levelsRead: Readonly<Record<SnapshotKind, number>> = {
  state: stateLevel,
  history: historyLevel,
};

/** What stands in no manifest and is older was given up. */
const abandonedMsMin = 3_600_000;

export class Snapshots {
  readonly #bus: Bus;
  readonly #community: CommunityId;
  readonly #logger: Logger;
  readonly #files: FileStore;
  readonly #manifest: SnapshotManifest;
  readonly #onDamaged: () => void;

  private constructor(
    bus: Bus,
    community: CommunityId,
    logger: Logger,
    manifest: SnapshotManifest,
    onDamaged: () => void,
  ) {
    this.#onDamaged = onDamaged;
    this.#bus = bus;
    this.#community = community;
    this.#logger = logger;
    this.#manifest = manifest;
    this.#files = new FileStore(bus, community, snapshotStream(community));
  }

  /**
   * The store itself is made by `ensureFiles`.
   * @param onDamaged hears of each that is set aside
   */
  static async open(
    bus: Bus,
    community: CommunityId,
    logger: Logger,
    onDamaged: () => void = () => undefined,
  ): Promise<Snapshots> {
    const manifest = await SnapshotManifest.open(bus, community);
    return new Snapshots(bus, community, logger, manifest, onDamaged);
  }

  /** All that are good of a kind, the newest first. */
  async entries(kind: SnapshotKind): Promise<readonly SnapshotEntry[]> {
    return (await this.#manifest.entries()).filter((entry) => entry.kind === kind);
  }

  /**
   * Reads the newest snapshot of a kind that is of this journal. One that is not what was stored is set aside, one that
   * this version cannot read is passed over; the one before is taken.
   * @param read is given the bytes
   * @returns null when there is none
   * @throws BusError when the store does not answer
   */
  async newest<T>(
    kind: SnapshotKind,
    read: (bytes: AsyncIterable<Uint8Array>, entry: SnapshotEntry) => Promise<T>,
  ): Promise<T | null> {
    for (const entry of await this.entries(kind)) {
      if (!(await this.fits(entry))) {
        this.#logger.warn({ name: entry.name }, "a snapshot of another journal is not used");
        continue;
      }
      const found = await this.#readGood(entry, read);
      if (found !== null) return found.value;
    }
    return null;
  }

  /** Whether one is what was stored; if not it is set aside. A doubt is looked into once more. */
  async isGood(entry: SnapshotEntry): Promise<boolean> {
    return (await this.#readGood(entry, drain)) !== null;
  }

  async #readGood<T>(
    entry: SnapshotEntry,
    read: (bytes: AsyncIterable<Uint8Array>, entry: SnapshotEntry) => Promise<T>,
  ): Promise<{ readonly value: T } | null> {
    const { name } = entry;
    for (let isAgain = false; ; isAgain = true) {
      try {
        const hash = createHash("sha256");
        const value = await read(this.#bytes(entry, hash), entry);
        if (hash.digest("hex") === entry.hash) return { value };
        throw new Error(`${name}: its digest is another than was entered`);
      } catch (error) {
        // The bus, or the own disk: neither says anything of the snapshot.
        if (error instanceof BusError || isOfDisk(error)) throw error;
        if (!(await this.#isAsStored(entry))) {
          await this.#setAside(entry, error);
          return null;
        }
        if (!isAgain) continue;
        this.#logger.error({ err: error, name }, "this version cannot read a snapshot");
        return null;
      }
    }
  }

  async #isAsStored(entry: SnapshotEntry): Promise<boolean> {
    if ((await this.#files.describe(entry.fileId)) === null) return false;
    const hash = createHash("sha256");
    try {
      await drain(this.#bytes(entry, hash));
    } catch (error) {
      if (error instanceof BusError) throw error;
      return false;
    }
    return hash.digest("hex") === entry.hash;
  }

  /** Its file is taken away with what nobody has entered (`clear`). */
  async #setAside(entry: SnapshotEntry, why: unknown): Promise<void> {
    if (!(await this.#manifest.setAside(entry))) return;
    this.#onDamaged();
    this.#logger.error(
      { err: why, name: entry.name, fileId: entry.fileId },
      "a snapshot is damaged and set aside; the one before it is taken",
    );
  }

  /**
   * Stores a snapshot, reads it and the one before it back and enters it; those that it supersedes are taken away.
   * @param journalLevel what all processes know; what only newer ones can read supersedes none that all can
   */
  async put(
    kind: SnapshotKind,
    { seq, id, at }: Omit<RecordPosition, "term">,
    bytes: AsyncIterable<Uint8Array>,
    journalLevel: number,
    level: number = levelsRead[kind],
  ): Promise<SnapshotEntry> {
    const { fileId, size, hash } = await this.#files.put(randomUUID() as FileId, bytes);
    const name = `${kind}.${seq}`;
    const made = { kind, name, fileId, seq, id, at, size, hash, madeAtMs: wallMs() };
    const entry = level === 1 ? made : { ...made, level };
    const again = createHash("sha256");
    await drain(this.#bytes(entry, again));
    if (again.digest("hex") !== hash)
      throw new Error(`${name}: what was stored is not what is read`);
    // The one before it stays beside it, and what it would push out is not given away for a damaged one.
    const [before] = await this.entries(kind);
    if (before !== undefined) await this.isGood(before);
    const out = await this.#manifest.enter(entry, (other) => this.fits(other), journalLevel);
    for (const each of out) await this.#files.remove(each.fileId);
    return entry;
  }

  /** The bytes of one as they are stored, for whoever has read it before. */
  bytes(entry: SnapshotEntry): AsyncGenerator<Uint8Array> {
    return this.#bytes(entry, createHash("sha256"));
  }

  /**
   * Takes away all that are of before a record, also what was never entered, once one of each kind behind it is read as it
   * was stored.
   * @returns the lowest record of those that stay
   * @throws Error while there is none
   */
  async clearBefore(seq: number): Promise<number> {
    const kept: SnapshotEntry[] = [];
    for (const kind of snapshotKinds) {
      const behind = (await this.entries(kind)).filter((entry) => entry.seq >= seq);
      for (const entry of behind) if (await this.isGood(entry)) kept.push(entry);
      if (!kept.some((entry) => entry.kind === kind)) {
        throw new Error(`there is no ${kind} behind record ${seq} yet`);
      }
    }
    for (const entry of await this.#manifest.entries()) {
      if (entry.seq < seq) await this.#manifest.setAside(entry);
    }
    await this.clear(0);
    return Math.min(...kept.map((entry) => entry.seq));
  }

  /** Takes away what somebody began to store and never entered. */
  async clear(abandonedMs = abandonedMsMin): Promise<void> {
    const known = new Set((await this.#manifest.entries()).map(({ fileId }) => fileId));
    for (const fileId of await this.#files.names()) {
      if (known.has(fileId)) continue;
      const sinceMs = await this.#files.sinceMs(fileId);
      const isAbandoned = sinceMs !== null && wallMs() - sinceMs > abandonedMs;
      if (isAbandoned || abandonedMs === 0) await this.#files.remove(fileId);
    }
  }

  /** Whether the journal is the one that the snapshot was made of: its record, or the next one's word, says so. */
  fits(place: Pick<SnapshotEntry, "seq" | "id">): Promise<boolean> {
    return holdsRecord(this.#bus, this.#community, place, limitMs);
  }

  /** The first and the last sequence of the journal. */
  ends(): Promise<JournalEnds> {
    return journalEnds(this.#bus, this.#community, limitMs);
  }

  /** Whether the journal ends below a sequence that was there (docs/journal.md 1.3). */
  endsBelow(seq: number): Promise<boolean> {
    return endsBelow(this.#bus, this.#community, seq, limitMs);
  }

  async *#bytes(
    { fileId, name, size }: SnapshotEntry,
    hash: ReturnType<typeof createHash>,
  ): AsyncGenerator<Uint8Array> {
    const file = await this.#files.describe(fileId);
    if (file === null) throw new Error(`${name} is gone`);
    for await (const chunk of this.#files.bytes(file, 0, size)) {
      hash.update(chunk);
      yield chunk;
    }
  }
}
