/**
 * Reads a backup: part by part, each to where it goes, and to its end, which says whether all of it is right. Both a restore
 * and a look at whether a backup is whole are this; they differ in where the parts go.
 */
import { type CommunityId, FileId } from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit";
import { z } from "zod";
import { layoutVersion } from "../history/layout.ts";
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
  sharedName,
  version,
  wholeBytesMax,
} from "./contents.ts";
import { unpacked } from "./stored.ts";

/** Records and secrets on their way to the target at once. */
const inFlight = 64;

/** Where the parts of a backup go. */
export interface BackupTarget {
  file(fileId: FileId, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  forget(fileId: FileId): Promise<void>;
  secret(key: string, value: Uint8Array): Promise<void>;
  /** The settings that all processes share. */
  shared(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** @returns its SHA-256 in hex */
  snapshot(head: SnapshotHead, bytes: AsyncIterable<Uint8Array>): Promise<string>;
  /** The first record of the journal. */
  begin(seq: number, record: Uint8Array): Promise<void>;
  append(seq: number, record: Uint8Array): Promise<void>;
}

interface ReadingOptions {
  /** Whose backup it must be; undefined: anybody's. */
  readonly community: CommunityId | undefined;
  /** What throws here ends the reading. */
  readonly entries: AsyncIterable<Entry>;
  /** Told of each entry before it is read. */
  readonly told: (entry: Entry) => void;
  readonly target: BackupTarget;
}

/** What was in a backup. */
export interface Restored {
  readonly head: Head;
  /** The first record of the journal that is in it; null: none is. */
  readonly first: number | null;
  /** The last record of the journal. */
  readonly last: number;
  /** The configuration file, where the backup has it. */
  readonly configuration: string | undefined;
}

/** Of what is not as it was written. */
export const damaged = (why: string, cause?: unknown): OperatorError =>
  new OperatorError(`the backup is damaged or cut off (${why})`, 1, {
    cause,
  });

/** Reads a backup to its end, and gives what is in it to where it goes. Nothing of it is believed before the end. */
export class BackupReading {
  readonly #options: ReadingOptions;
  readonly #digest = new ContentDigest();
  readonly #waiting: Promise<void>[] = [];
  #head: Head | undefined;
  #end: z.infer<typeof End> | undefined;
  #configuration: string | undefined;
  #snapshot: z.infer<typeof SnapshotHead> | undefined;
  #first: number | null = null;
  /** The record that comes next; undefined: none has come. */
  #next: number | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  async run(): Promise<Restored> {
    const { entries, told } = this.#options;
    for await (const entry of entries) {
      if (this.#end !== undefined) throw damaged(`${entry.name} stands behind its end`);
      told(entry);
      const counted = entry.name === endName ? entry : this.#digest.through(entry);
      await this.#take(counted);
    }
    await Promise.all(this.#waiting);
    return this.#believe();
  }

  async #take(entry: Entry): Promise<void> {
    const { community, target } = this.#options;
    const [folder = "", rest = ""] = entry.name.split("/");
    if ((this.#head === undefined) !== (entry.name === headName)) {
      throw new OperatorError("this is no backup of Dragoman", 1);
    }
    if (entry.name === headName) this.#head = checkedHead(await whole(entry), community);
    else if (entry.name === configurationName) this.#configuration = String(await whole(entry));
    else if (entry.name === sharedName) {
      await target.shared(parsed(Shared, await whole(entry)));
    } else if (entry.name === endName) this.#end = parsed(End, await whole(entry));
    else if (folder === "files") await target.file(fileIdOf(rest), entry.bytes);
    else if (folder === "gone") await this.#forget(fileIdOf(rest), entry);
    else if (folder === "secrets") await this.#takeSecrets(await whole(entry));
    else if (folder === "journal") await this.#takeRecords(rest, await whole(entry));
    else if (folder === "snapshots" && rest.endsWith(".json"))
      this.#snapshot = parsed(SnapshotHead, await whole(entry));
    else if (folder === "snapshots") await this.#takeSnapshot(entry);
    else throw damaged(`it holds ${entry.name}`);
  }

  async #forget(fileId: FileId, entry: Entry): Promise<void> {
    await whole(entry);
    await this.#options.target.forget(fileId);
  }

  async #takeSecrets(bytes: Buffer): Promise<void> {
    for (const line of bytes.toString().trimEnd().split("\n")) {
      const { key, value } = parsed(Secret, Buffer.from(line));
      await this.#queue(async () => {
        await this.#options.target.secret(key, Buffer.from(value, "base64"));
      });
    }
  }

  async #takeSnapshot(entry: Entry): Promise<void> {
    const head = this.#snapshot;
    if (head === undefined) throw damaged(`${entry.name} has no place`);
    const hash = await this.#options.target.snapshot(head, entry.bytes);
    if (hash !== head.hash) throw damaged(`${entry.name} is not what it was`);
    this.#snapshot = undefined;
  }

  async #takeRecords(name: string, bytes: Buffer): Promise<void> {
    const { target } = this.#options;
    const [from = 0, to = 0] = name.split("-").map(Number);
    const isFirst = this.#next === undefined;
    this.#next ??= from;
    if (from !== this.#next) throw damaged(`record ${this.#next} is missing`);
    const records = attempt(() => [...unpacked(bytes)]);
    if (isFirst && records[0] !== undefined) {
      await target.begin(from, records[0]);
      this.#first = from;
      records.shift();
      this.#next += 1;
    }
    for (const record of records) {
      const seq = this.#next;
      await this.#queue(() => target.append(seq, record));
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

  #believe(): Restored {
    const head = this.#head;
    if (head === undefined) throw new OperatorError("this is no backup of Dragoman", 1);
    if (this.#end === undefined) throw damaged("its end is missing");
    const { last, hash } = this.#end;
    if (hash !== this.#digest.value()) throw damaged("its digest is another");
    if (this.#next !== undefined && this.#next !== last + 1) {
      throw damaged(`it ends with record ${this.#next - 1}, not ${last}`);
    }
    return { head, first: this.#first, last, configuration: this.#configuration };
  }
}

const Shared = z.record(z.string(), z.unknown());
const Secret = z.object({ key: z.string(), value: z.base64() });

/** @throws OperatorError when it is of another kind, community or version */
function checkedHead(bytes: Buffer, community: CommunityId | undefined): Head {
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
  if (community !== undefined && head.data.community !== community) {
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
