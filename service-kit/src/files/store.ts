/**
 * The object stores of a community, in the layout of standard NATS object store buckets: its files, and core's snapshots.
 * Core's own: whoever may publish to one may overwrite and empty it, so gateways go through core (`serve.ts`).
 */
import {
  type CommunityId,
  encode,
  FileId,
  fileStream,
  type ObjectStream,
  snapshotStream,
} from "@dragoman/bus-schema";
import { DiscardPolicy, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { z } from "zod";
import { type Bus, BusError } from "../bus.ts";
import { wallMs } from "../clock.ts";
import { isFull } from "../storage.ts";
import {
  type Chunks,
  chunkBytes,
  type FileDescription,
  FileError,
  Files,
  FullError,
  type WrittenFile,
} from "./files.ts";

const limitMs = 5_000;

const Acknowledged = z.object({ seq: z.int().min(1) });
const Answer = z.object({
  message: z
    .object({
      seq: z.int(),
      subject: z.string(),
      data: z.string().default(""),
      time: z.string(),
    })
    .exactOptional(),
  error: z.object({ code: z.int(), description: z.string().default("") }).exactOptional(),
});
const Erased = z.object({
  success: z.boolean().default(false),
  error: z.object({ description: z.string().default("") }).exactOptional(),
});
const ObjectInfo = z.object({
  name: FileId,
  size: z.int().min(0),
  digest: z.string().startsWith("SHA-256="),
  mtime: z.string(),
  deleted: z.boolean().exactOptional(),
  metadata: z.object({ sequences: z.string() }),
});

/** What is stored under a place or a subject. */
interface Stored {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the server stored it, as ISO 8601. */
  readonly time: string;
}

/** Makes the stores of files and snapshots where there are none, and checks them. */
export async function ensureFiles(bus: Bus, community: CommunityId, replicas = 1): Promise<void> {
  for (const { name, chunks, metas } of [fileStream(community), snapshotStream(community)]) {
    const config = {
      name,
      subjects: [`${chunks}.>`, `${metas}.>`],
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      allow_direct: true,
      allow_rollup_hdrs: true,
    };
    await bus.ensureStream(config, replicas);
  }
}

/** The chunks in the stream. Also what serves them to gateways. */
export class StoredChunks implements Chunks {
  readonly #bus: Bus;
  readonly #stream: ObjectStream;

  constructor(bus: Bus, stream: ObjectStream) {
    this.#bus = bus;
    this.#stream = stream;
  }

  write(fileId: FileId, chunk: Uint8Array): Promise<number> {
    return this.#publish(`${this.#stream.chunks}.${fileId}`, chunk);
  }

  async finish(fileId: FileId, { size, hash, sequences }: WrittenFile): Promise<number> {
    const now = new Date(wallMs());
    const info = {
      name: fileId,
      bucket: this.#stream.bucket,
      nuid: fileId,
      size,
      chunks: sequences.length,
      digest: `SHA-256=${padded(Buffer.from(hash, "hex"))}`,
      mtime: now.toISOString(),
      options: { max_chunk_size: chunkBytes },
      metadata: { sequences: written(sequences) },
    };
    // A name is described once: what is there cannot be replaced.
    const once = { "Nats-Expected-Last-Subject-Sequence": "0" };
    await this.#publish(this.#metaOf(fileId), encode(info), once);
    return now.getTime();
  }

  async describe(fileId: FileId): Promise<FileDescription | null> {
    const stored = await this.#get({ last_by_subj: this.#metaOf(fileId) });
    const file = stored === null ? null : described(stored);
    if (file !== null && file.fileId !== fileId) throw new FileError(`${fileId}: unreadable`);
    return file;
  }

  /** Every file that was described behind a place of the stream, in the order in which they were. */
  async *described(
    behind: number,
  ): AsyncGenerator<{ readonly at: number; readonly file: FileDescription }> {
    for (let at = behind; ; ) {
      const stored = await this.#get({ seq: at + 1, next_by_subj: `${this.#stream.metas}.>` });
      if (stored === null) return;
      at = stored.seq;
      const file = described(stored);
      if (file !== null) yield { at, file };
    }
  }

  async read(fileId: FileId, seq: number): Promise<Uint8Array> {
    const subject = `${this.#stream.chunks}.${fileId}`;
    const stored = await this.#get({ seq });
    if (stored?.subject !== subject) throw new FileError(`${subject}: chunk ${seq} is gone`);
    return stored.data;
  }

  /** Takes a file out of the store. The server writes over its bytes: what is purged would lie on in its files. */
  async remove(fileId: FileId): Promise<void> {
    const file = await this.describe(fileId);
    // The description first: what is described must be there.
    await this.#eraseAll(this.#metaOf(fileId));
    for (const seq of file?.sequences ?? []) await this.#erase(seq);
    await this.#eraseAll(`${this.#stream.chunks}.${fileId}`);
  }

  /** What is left under a subject, such as of a file that was never described. */
  async #eraseAll(subject: string): Promise<void> {
    for (let at = 1; ; ) {
      const stored = await this.#ofLeader({ seq: at, next_by_subj: subject });
      if (stored === null) return;
      await this.#erase(stored.seq);
      at = stored.seq + 1;
    }
  }

  async #erase(seq: number): Promise<void> {
    const about = `$JS.API.STREAM.MSG.DELETE.${this.#stream.name}`;
    const wanted = encode({ seq, no_erase: false });
    const reply = await this.#bus.request(about, wanted, { timeoutMs: limitMs });
    const { success, error } = Erased.parse(JSON.parse(Buffer.from(reply.data).toString()));
    // Whoever takes the same file away may have been quicker.
    if (!success && (await this.#ofLeader({ seq })) !== null) {
      throw new FileError(`${this.#stream.name} ${seq}: ${error?.description ?? "no answer"}`);
    }
  }

  /** Every name that has bytes, described or not. */
  async names(): Promise<readonly FileId[]> {
    const { name, chunks } = this.#stream;
    const manager = await jetstreamManager(this.#bus.connection, { timeout: limitMs });
    const info = await manager.streams.info(name, { subjects_filter: `${chunks}.>` });
    return Object.keys(info.state.subjects ?? {}).flatMap((subject) => {
      const fileId = FileId.safeParse(subject.slice(chunks.length + 1));
      return fileId.success ? [fileId.data] : [];
    });
  }

  /** When the first byte of a name came, epoch ms; null: it has none. */
  async sinceMs(fileId: FileId): Promise<number | null> {
    const stored = await this.#get({ seq: 1, next_by_subj: `${this.#stream.chunks}.${fileId}` });
    return stored === null ? null : Date.parse(stored.time);
  }

  async #publish(
    subject: string,
    data: Uint8Array,
    headers?: Readonly<Record<string, string>>,
  ): Promise<number> {
    const reply = await this.#bus.request(subject, data, {
      timeoutMs: limitMs,
      ...(headers ? { headers } : {}),
    });
    const text = Buffer.from(reply.data).toString();
    const acknowledged = Acknowledged.safeParse(JSON.parse(text));
    if (!acknowledged.success) {
      throw new (isFull(text) ? FullError : FileError)(`${subject}: ${text}`);
    }
    return acknowledged.data.seq;
  }

  /** Any copy of the stream may answer; that something is not there is believed of its leader alone. */
  async #get(wanted: object): Promise<Stored | null> {
    const about = `$JS.API.DIRECT.GET.${this.#stream.name}`;
    const reply = await this.#bus.request(about, encode(wanted), { timeoutMs: limitMs });
    if (reply.status === 404) return this.#ofLeader(wanted);
    if (reply.status !== 0) throw new FileError(`status ${reply.status}`);
    const subject = reply.header("Nats-Subject");
    const seq = Number(reply.header("Nats-Sequence"));
    return { seq, subject, data: reply.data, time: reply.header("Nats-Time-Stamp") };
  }

  async #ofLeader(wanted: object): Promise<Stored | null> {
    const about = `$JS.API.STREAM.MSG.GET.${this.#stream.name}`;
    const reply = await this.#bus.request(about, encode(wanted), { timeoutMs: limitMs });
    const { message, error } = Answer.parse(JSON.parse(Buffer.from(reply.data).toString()));
    if (error?.code === 404) return null;
    if (error?.code === 503) throw new BusError("unavailable", about);
    if (message === undefined) throw new FileError(error?.description ?? "no answer");
    return { ...message, data: Buffer.from(message.data, "base64") };
  }

  #metaOf(fileId: FileId): string {
    return `${this.#stream.metas}.${padded(Buffer.from(fileId))}`;
  }
}

/** A description as it is stored; null: the file was taken away. @throws FileError */
function described({ subject, data }: Stored): FileDescription | null {
  const info = ObjectInfo.safeParse(JSON.parse(Buffer.from(data).toString()));
  if (!info.success) throw new FileError(`${subject}: unreadable`);
  const { name, deleted, size, digest, mtime, metadata } = info.data;
  if (deleted === true) return null;
  return {
    fileId: name,
    size,
    hash: Buffer.from(digest.slice("SHA-256=".length), "base64url").toString("hex"),
    storedAtMs: Date.parse(mtime),
    sequences: read(metadata.sequences),
  };
}

/** The store itself. */
export class FileStore extends Files {
  readonly #stored: StoredChunks;

  /** @param stream that of the community's files, unless another is named */
  constructor(bus: Bus, community: CommunityId, stream: ObjectStream = fileStream(community)) {
    const stored = new StoredChunks(bus, stream);
    super(stored);
    this.#stored = stored;
  }

  /** Takes a file out of the store. */
  remove(fileId: FileId): Promise<void> {
    return this.#stored.remove(fileId);
  }

  /** See `StoredChunks.described`. */
  described(behind: number): ReturnType<StoredChunks["described"]> {
    return this.#stored.described(behind);
  }

  /** Every name that has bytes, described or not. */
  names(): Promise<readonly FileId[]> {
    return this.#stored.names();
  }

  /** When the first byte of a name came, epoch ms of the server's clock; null: it has none. */
  sinceMs(fileId: FileId): Promise<number | null> {
    return this.#stored.sinceMs(fileId);
  }
}

/** URL-safe base64 with its padding: what the standard layout uses. */
function padded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** Rising numbers as `3-5,9`. */
function written(sequences: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const seq of sequences) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === seq) run[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

function read(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(",").flatMap((run) => {
    const [from = 0, to = from] = run.split("-").map(Number);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to - from > 100_000) return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
