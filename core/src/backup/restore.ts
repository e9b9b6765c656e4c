/**
 * Restores a community from a backup, into an empty house. What it has written is believed once the backup's end has said
 * that all of it is right: until then a mark stands there (`mark.ts`), and whatever goes wrong leaves the house empty.
 */
import { randomUUID } from "node:crypto";
import { type CommunityId, FileId, secretBucket, snapshotStream } from "@dragoman/bus-schema";
import {
  type Bus,
  ensureFiles,
  ensureJournal,
  FileStore,
  type KV,
  OperatorError,
} from "@dragoman/service-kit";
import { z } from "zod";
import { layoutVersion } from "../history/layout.ts";
import { type SnapshotEntry, SnapshotManifest } from "../snapshot/manifest.ts";
import { stateLayout } from "../state/codec.ts";
import {
  AnyHead,
  ContentDigest,
  configurationName,
  End,
  type Entry,
  endName,
  Head,
  headName,
  SnapshotHead,
  version,
  wholeBytesMax,
} from "./contents.ts";
import { emptyHouse, usedStream } from "./house.ts";
import { append, begin } from "./journal.ts";
import { clearMark, isMarked, setMark } from "./mark.ts";
import { unpacked } from "./stored.ts";

const limitMs = 10_000;
/** Records and secrets on their way to the store at once. */
const inFlight = 64;

export interface RestoreOptions {
  /** Connected as core. */
  readonly bus: Bus;
  readonly community: CommunityId;
  /** What throws here ends the restore. */
  readonly entries: AsyncIterable<Entry>;
  /** Told of each entry before it is restored. */
  readonly told: (entry: Entry) => void;
}

/** What was restored. */
export interface Restored {
  readonly head: Head;
  /** The last record of the journal. */
  readonly last: number;
  /** The configuration file, where the backup has it. */
  readonly configuration: string | undefined;
}

/** Of what is not as it was written. */
export const damaged = (why: string, cause?: unknown): OperatorError =>
  new OperatorError(`the backup is damaged or cut off (${why}); nothing was restored`, 1, {
    cause,
  });

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
    const restored = await new Restore(options).run();
    await clearMark(bus, community);
    return restored;
  } catch (error) {
    await emptyHouse(bus, community);
    throw error;
  }
}

class Restore {
  readonly #options: RestoreOptions;
  readonly #digest = new ContentDigest();
  readonly #snapshots: SnapshotEntry[] = [];
  readonly #waiting: Promise<void>[] = [];
  #head: Head | undefined;
  #end: z.infer<typeof End> | undefined;
  #configuration: string | undefined;
  #snapshot: z.infer<typeof SnapshotHead> | undefined;
  /** The record that comes next; undefined: none has come. */
  #next: number | undefined;

  constructor(options: RestoreOptions) {
    this.#options = options;
  }

  async run(): Promise<Restored> {
    const { bus, community, entries, told } = this.#options;
    await ensureJournal(bus, community);
    await ensureFiles(bus, community);
    const secrets = await bus.bucket(secretBucket(community), limitMs);
    for await (const entry of entries) {
      if (this.#end !== undefined) throw damaged(`${entry.name} stands behind its end`);
      told(entry);
      const counted = entry.name === endName ? entry : this.#digest.through(entry);
      await this.#take(counted, secrets);
    }
    await Promise.all(this.#waiting);
    return this.#believe();
  }

  async #take(entry: Entry, secrets: KV): Promise<void> {
    const { bus, community } = this.#options;
    const [folder = "", rest = ""] = entry.name.split("/");
    if ((this.#head === undefined) !== (entry.name === headName)) {
      throw new OperatorError("this is no backup of Dragoman", 1);
    }
    if (entry.name === headName) this.#head = checkedHead(await whole(entry), community);
    else if (entry.name === configurationName) this.#configuration = String(await whole(entry));
    else if (entry.name === endName) this.#end = parsed(End, await whole(entry));
    else if (folder === "files")
      await new FileStore(bus, community).put(fileIdOf(rest), entry.bytes);
    else if (folder === "gone") await this.#forget(fileIdOf(rest), entry);
    else if (folder === "secrets") await this.#takeSecrets(await whole(entry), secrets);
    else if (folder === "journal") await this.#takeRecords(rest, await whole(entry));
    else if (folder === "snapshots" && rest.endsWith(".json"))
      this.#snapshot = parsed(SnapshotHead, await whole(entry));
    else if (folder === "snapshots") await this.#takeSnapshot(entry);
    else throw damaged(`it holds ${entry.name}`);
  }

  async #forget(fileId: FileId, entry: Entry): Promise<void> {
    await whole(entry);
    await new FileStore(this.#options.bus, this.#options.community).remove(fileId);
  }

  async #takeSecrets(bytes: Buffer, secrets: KV): Promise<void> {
    for (const line of bytes.toString().trimEnd().split("\n")) {
      const { key, value } = parsed(Secret, Buffer.from(line));
      await this.#queue(async () => {
        await secrets.put(key, Buffer.from(value, "base64"));
      });
    }
  }

  async #takeSnapshot(entry: Entry): Promise<void> {
    const { bus, community } = this.#options;
    const head = this.#snapshot;
    if (head === undefined) throw damaged(`${entry.name} has no place`);
    const store = new FileStore(bus, community, snapshotStream(community));
    const { fileId, size, hash } = await store.put(randomUUID() as FileId, entry.bytes);
    if (hash !== head.hash) throw damaged(`${entry.name} is not what it was`);
    this.#snapshots.push({ ...head, name: `${head.kind}.${head.seq}`, fileId, size });
    this.#snapshot = undefined;
  }

  async #takeRecords(name: string, bytes: Buffer): Promise<void> {
    const { bus, community } = this.#options;
    const [from = 0, to = 0] = name.split("-").map(Number);
    const isFirst = this.#next === undefined;
    this.#next ??= from;
    if (from !== this.#next) throw damaged(`record ${this.#next} is missing`);
    const records = attempt(() => [...unpacked(bytes)]);
    if (isFirst && records[0] !== undefined) {
      await begin(bus, community, from, records[0]);
      records.shift();
      this.#next += 1;
    }
    for (const record of records) {
      const seq = this.#next;
      await this.#queue(() => append(bus, community, seq, record));
      this.#next += 1;
    }
    if (this.#next !== to + 1) throw damaged(`record ${this.#next} is missing`);
  }

  /** Begins some work; what was begun long before has ended then. */
  async #queue(work: () => Promise<void>): Promise<void> {
    const begun = work();
    // Of several that fail the first is told.
    begun.catch(() => undefined);
    this.#waiting.push(begun);
    if (this.#waiting.length >= inFlight) await this.#waiting.shift();
  }

  async #believe(): Promise<Restored> {
    const { bus, community } = this.#options;
    const head = this.#head;
    if (head === undefined) throw new OperatorError("this is no backup of Dragoman", 1);
    if (this.#end === undefined) throw damaged("its end is missing");
    const { last, hash } = this.#end;
    if (hash !== this.#digest.value()) throw damaged("its digest is another");
    if (this.#next !== undefined && this.#next !== last + 1) {
      throw damaged(`it ends with record ${this.#next - 1}, not ${last}`);
    }
    const manifest = await SnapshotManifest.open(bus, community);
    for (const entry of this.#snapshots) await manifest.enter(entry, async () => true);
    return { head, last, configuration: this.#configuration };
  }
}

const Secret = z.object({ key: z.string(), value: z.base64() });

/** @throws OperatorError when it is of another kind, community or version */
function checkedHead(bytes: Buffer, community: CommunityId): Head {
  let any: z.infer<typeof AnyHead>;
  try {
    any = AnyHead.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    throw new OperatorError("this is no backup of Dragoman", 1, { cause: error });
  }
  const head = Head.safeParse(JSON.parse(bytes.toString()));
  const isNewer =
    any.v > version ||
    (head.success &&
      (head.data.stateLayout > stateLayout || head.data.historyLayout > layoutVersion));
  if (isNewer) {
    throw new OperatorError(
      "a newer version of Dragoman took this backup: restore it with that version or a later one",
      1,
    );
  }
  if (!head.success) throw damaged("its head cannot be read", head.error);
  if (head.data.community !== community) {
    throw new OperatorError(
      `DRAGOMAN_COMMUNITY: the backup is of community ${head.data.community}, this house is ${community}`,
      1,
    );
  }
  return head.data;
}

async function whole(entry: Entry): Promise<Buffer> {
  if (entry.size > wholeBytesMax) throw damaged(`${entry.name} is too long`);
  const pieces: Uint8Array[] = [];
  for await (const piece of entry.bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : "unreadable", error);
  }
}

function parsed<T>(shape: z.ZodType<T>, bytes: Buffer): T {
  return attempt(() => shape.parse(JSON.parse(bytes.toString())));
}

function fileIdOf(name: string): FileId {
  const fileId = FileId.safeParse(name);
  if (!fileId.success) throw damaged(`${name} is no file`);
  return fileId.data;
}
