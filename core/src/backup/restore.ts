/**
 * Restores a community from a backup, into an empty house. What it has written is believed once the backup's end has said
 * that all of it is right: until then a mark stands there (`mark.ts`), and whatever goes wrong leaves the house empty.
 */
import { randomUUID } from "node:crypto";
import {
  type CommandId,
  type CommunityId,
  type FileId,
  secretBucket,
  snapshotStream,
} from "@dragoman/bus-schema";
import {
  type Bus,
  ensureFiles,
  ensureJournal,
  FileStore,
  type KV,
  OperatorError,
  SharedStore,
} from "@dragoman/service-kit";
import { type SnapshotEntry, SnapshotManifest } from "../snapshot/manifest.ts";
import type { Entry, SnapshotHead } from "./contents.ts";
import { emptyHouse, usedStream } from "./house.ts";
import { append, begin } from "./journal.ts";
import { clearMark, isMarked, setMark } from "./mark.ts";
import { BackupReading, type BackupTarget, type Restored } from "./reading.ts";

const limitMs = 10_000;

export interface RestoreOptions {
  /** Connected as core. */
  readonly bus: Bus;
  readonly community: CommunityId;
  /** What throws here ends the restore. */
  readonly entries: AsyncIterable<Entry>;
  /** Told of each entry before it is restored. */
  readonly told: (entry: Entry) => void;
}

/** @throws OperatorError: the house is not empty, or the backup is not good; BusError, FileError */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { bus, community } = options;
  const used = await usedStream(bus, community);
  if (used !== undefined) {
    if (!(await isMarked(bus, community))) {
      throw new OperatorError(
        `community ${community} is not empty (${used}): a backup is restored into a new data folder or store alone`,
        1,
      );
    }
    // Another restore did not come to its end.
    await emptyHouse(bus, community);
  }
  await setMark(bus, community);
  try {
    const target = await House.open(bus, community);
    const restored = await new BackupReading({ ...options, target }).run();
    await target.believe();
    await clearMark(bus, community);
    return restored;
  } catch (error) {
    await emptyHouse(bus, community);
    throw error;
  }
}

/** Where a restore writes. */
class House implements BackupTarget {
  readonly #bus: Bus;
  readonly #community: CommunityId;
  readonly #secrets: KV;
  readonly #files: FileStore;
  readonly #snapshots: SnapshotEntry[] = [];

  private constructor(bus: Bus, community: CommunityId, secrets: KV) {
    this.#bus = bus;
    this.#community = community;
    this.#secrets = secrets;
    this.#files = new FileStore(bus, community);
  }

  static async open(bus: Bus, community: CommunityId): Promise<House> {
    await ensureJournal(bus, community);
    await ensureFiles(bus, community);
    return new House(bus, community, await bus.bucket(secretBucket(community), limitMs));
  }

  async file(fileId: FileId, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#files.put(fileId, bytes);
  }

  async forget(fileId: FileId): Promise<void> {
    await this.#files.remove(fileId);
  }

  async secret(key: string, value: Uint8Array): Promise<void> {
    await this.#secrets.put(key, value);
  }

  async shared(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const commandId = "restore" as CommandId;
    const store = await SharedStore.open(this.#bus, this.#community);
    await store.put(settings, commandId, 0);
  }

  async snapshot(head: SnapshotHead, bytes: AsyncIterable<Uint8Array>): Promise<string> {
    const store = new FileStore(this.#bus, this.#community, snapshotStream(this.#community));
    const { fileId, size, hash } = await store.put(randomUUID() as FileId, bytes);
    this.#snapshots.push({ ...head, name: `${head.kind}.${head.seq}`, fileId, size });
    return hash;
  }

  begin(seq: number, record: Uint8Array): Promise<void> {
    return begin(this.#bus, this.#community, seq, record);
  }

  append(seq: number, record: Uint8Array): Promise<void> {
    return append(this.#bus, this.#community, seq, record);
  }

  /** The backup was whole: its snapshots are good. */
  async believe(): Promise<void> {
    const manifest = await SnapshotManifest.open(this.#bus, this.#community);
    // Of any level: which processes there will be is not known.
    for (const entry of this.#snapshots) await manifest.enter(entry, async () => true, 1);
  }
}
