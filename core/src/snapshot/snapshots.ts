/**
 * The snapshots of a community: kept in an object store of core's own, read back before they count, and looked for by
 * whoever starts (docs/journal.md 5.2).
 */
import { createHash, randomUUID } from "node:crypto";
import { type CommunityId, type FileId, snapshotStream } from "@dragoman/bus-schema";
import { type Bus, BusError, FileStore, type Logger, wallMs } from "@dragoman/service-kit";
import { endsBelow, type JournalEnds, journalEnds } from "../journal/ends.ts";
import { readStored } from "../journal/read-record.ts";
import { type SnapshotEntry, type SnapshotKind, SnapshotManifest } from "./manifest.ts";
import type { RecordPosition } from "./state-file.ts";

const limitMs = 5_000;
const isOfDisk = (error: unknown): boolean => error instanceof Error && "syscall" in error;

/** What stands in no manifest and is older was given up. */
const abandonedMs = 3_600_000;

export class Snapshots {
  readonly #bus: Bus;
  readonly #community: CommunityId;
  readonly #logger: Logger;
  readonly #files: FileStore;
  readonly #manifest: SnapshotManifest;

  private constructor(
    bus: Bus,
    community: CommunityId,
    logger: Logger,
    manifest: SnapshotManifest,
  ) {
    this.#bus = bus;
    this.#community = community;
    this.#logger = logger;
    this.#manifest = manifest;
    this.#files = new FileStore(bus, community, snapshotStream(community));
  }

  /** The store itself is made by `ensureFiles`. */
  static async open(bus: Bus, community: CommunityId, logger: Logger): Promise<Snapshots> {
    return new Snapshots(bus, community, logger, await SnapshotManifest.open(bus, community));
  }

  /** All that are good of a kind, the newest first. */
  async entries(kind: SnapshotKind): Promise<readonly SnapshotEntry[]> {
    return (await this.#manifest.entries()).filter((entry) => entry.kind === kind);
  }

  /**
   * Reads the newest snapshot of a kind that is of this journal. One that cannot be read, or is not what was stored, is
   * told as an error, and the one before is taken.
   * @param read is given the bytes; what it throws means that they are damaged
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
      try {
        const hash = createHash("sha256");
        const found = await read(this.#bytes(entry, hash), entry);
        const digest = hash.digest("hex");
        if (digest === entry.hash) return found;
        throw new Error(`its digest is ${digest}, entered was ${entry.hash}`);
      } catch (error) {
        // The bus, or the own disk: neither says anything of the snapshot.
        if (error instanceof BusError || isOfDisk(error)) throw error;
        this.#logger.error(
          { err: error, name: entry.name },
          "a snapshot is damaged; the one before it is taken",
        );
      }
    }
    return null;
  }

  /** Stores a snapshot, reads it back and enters it; those that it supersedes are taken away. */
  async put(
    kind: SnapshotKind,
    { seq, id, at }: Omit<RecordPosition, "term">,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<SnapshotEntry> {
    const { fileId, size, hash } = await this.#files.put(randomUUID() as FileId, bytes);
    const name = `${kind}.${seq}`;
    const entry = { kind, name, fileId, seq, id, at, size, hash, madeAtMs: wallMs() };
    const again = createHash("sha256");
    for await (const _ of this.#bytes(entry, again)) {
      // The digest alone counts.
    }
    if (again.digest("hex") !== hash)
      throw new Error(`${name}: what was stored is not what is read`);
    const out = await this.#manifest.enter(entry, (other) => this.fits(other));
    for (const each of out) await this.#files.remove(each.fileId);
    return entry;
  }

  /** The bytes of one as they are stored, for whoever has read it before. */
  bytes(entry: SnapshotEntry): AsyncGenerator<Uint8Array> {
    return this.#bytes(entry, createHash("sha256"));
  }

  /** Takes away what somebody began to store and never entered. */
  async clear(): Promise<void> {
    const known = new Set((await this.#manifest.entries()).map(({ fileId }) => fileId));
    for (const fileId of await this.#files.names()) {
      if (known.has(fileId)) continue;
      const sinceMs = await this.#files.sinceMs(fileId);
      if (sinceMs !== null && wallMs() - sinceMs > abandonedMs) await this.#files.remove(fileId);
    }
  }

  /** Whether the journal is the one that the snapshot was made of: its record, or the next one's word, says so. */
  async fits({ seq, id }: Pick<SnapshotEntry, "seq" | "id">): Promise<boolean> {
    if (await this.endsBelow(seq)) return false;
    const own = await this.#stored(seq);
    if (own?.decoded.ok === true) return own.decoded.value.batch.id === id;
    const next = await this.#stored(seq + 1);
    if (next?.decoded.ok === true) return next.decoded.value.batch.prev === id;
    const { first } = await this.ends();
    // It was not trimmed: whoever answered has not heard of it yet.
    if (own === null && first <= seq) throw new BusError("unavailable", `record ${seq}`);
    return false;
  }

  /** The first and the last sequence of the journal. */
  ends(): Promise<JournalEnds> {
    return journalEnds(this.#bus, this.#community, limitMs);
  }

  /** Whether the journal ends below a sequence that was there (docs/journal.md 1.3). */
  endsBelow(seq: number): Promise<boolean> {
    return endsBelow(this.#bus, this.#community, seq, limitMs);
  }

  #stored(seq: number): ReturnType<typeof readStored> {
    return readStored(this.#bus, this.#community, seq, limitMs);
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
