/**
 * The object store of a community's files, in the layout of a standard NATS object store bucket. Files are written
 * once, in chunks, and never whole in memory. Reading needs no consumer: the description holds the sequence of
 * every chunk, and each is fetched by direct get, so that a range costs what it is long.
 */
import { createHash } from "node:crypto";
import { type CommunityId, encode, FileId, fileStream } from "@dragoman/bus-schema";
import { DiscardPolicy, StorageType } from "nats";
import { z } from "zod";
import type { Bus, Reply } from "./bus.ts";

/** The bytes of a chunk: what the standard clients write too. */
const chunkBytes = 128 * 1024;
/** Chunks on their way to the store, or fetched ahead of a reader, at once. */
const inFlight = 4;
const limitMs = 5_000;

/** The store did not take or give what it should. */
export class FileError extends Error {
  override name = "FileError";
}

/** A file that lies in the store. */
export interface FileDescription {
  readonly fileId: FileId;
  readonly size: number;
  /** SHA-256 in hex. */
  readonly hash: string;
  /** Epoch ms. */
  readonly storedAtMs: number;
  /** The journal-like place of each chunk in the store's stream. */
  readonly sequences: readonly number[];
}

const Acknowledged = z.object({ seq: z.int().min(1) });
const ObjectInfo = z.object({
  name: FileId,
  size: z.int().min(0),
  digest: z.string().startsWith("SHA-256="),
  mtime: z.string(),
  deleted: z.boolean().exactOptional(),
  metadata: z.object({ sequences: z.string() }),
});

/** Makes the store where there is none, and checks it. Core's own. */
export async function ensureFiles(bus: Bus, community: CommunityId): Promise<void> {
  const { name, chunks, metas } = fileStream(community);
  await bus.ensureStream({
    name,
    subjects: [`${chunks}.>`, `${metas}.>`],
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    allow_direct: true,
    allow_rollup_hdrs: true,
  });
}

export class FileStore {
  readonly #bus: Bus;
  readonly #stream: ReturnType<typeof fileStream>;

  constructor(bus: Bus, community: CommunityId) {
    this.#bus = bus;
    this.#stream = fileStream(community);
  }

  /**
   * Writes a file under a new name. Nothing can be read of it before all is there.
   * @throws FileError, and whatever the source throws; chunks that are left then are cleared away by core
   */
  async put(fileId: FileId, source: AsyncIterable<Uint8Array>): Promise<FileDescription> {
    const digest = createHash("sha256");
    const pending: Promise<number>[] = [];
    const sequences: number[] = [];
    let size = 0;
    for await (const chunk of inChunks(source)) {
      digest.update(chunk);
      size += chunk.length;
      if (pending.length >= inFlight) sequences.push((await pending.shift()) ?? 0);
      pending.push(this.#publish(`${this.#stream.chunks}.${fileId}`, chunk));
    }
    for (const each of pending) sequences.push(await each);
    sequences.sort((a, b) => a - b);
    const sum = digest.digest();
    const now = new Date();
    const info = {
      name: fileId,
      bucket: this.#stream.bucket,
      nuid: fileId,
      size,
      chunks: sequences.length,
      digest: `SHA-256=${padded(sum)}`,
      mtime: now.toISOString(),
      options: { max_chunk_size: chunkBytes },
      metadata: { sequences: written(sequences) },
    };
    await this.#publish(this.#metaOf(fileId), encode(info), { "Nats-Rollup": "sub" });
    const hash = sum.toString("hex");
    return { fileId, size, hash, storedAtMs: now.getTime(), sequences };
  }

  /** What lies under a name, or null. @throws FileError */
  async describe(fileId: FileId): Promise<FileDescription | null> {
    const reply = await this.#direct({ last_by_subj: this.#metaOf(fileId) });
    if (reply.status === 404) return null;
    const info = ObjectInfo.safeParse(JSON.parse(Buffer.from(reply.data).toString()));
    if (!info.success || info.data.name !== fileId) throw new FileError(`${fileId}: unreadable`);
    if (info.data.deleted === true) return null;
    const { size, digest, mtime, metadata } = info.data;
    return {
      fileId,
      size,
      hash: Buffer.from(digest.slice("SHA-256=".length), "base64url").toString("hex"),
      storedAtMs: Date.parse(mtime),
      sequences: read(metadata.sequences),
    };
  }

  /**
   * The bytes from `start` to before `end`, chunk by chunk, a few ahead of the reader.
   * @throws FileError when a chunk is gone
   */
  async *bytes(file: FileDescription, start: number, end: number): AsyncGenerator<Uint8Array> {
    const subject = `${this.#stream.chunks}.${file.fileId}`;
    const first = Math.floor(start / chunkBytes);
    const last = Math.ceil(Math.min(end, file.size) / chunkBytes);
    const wanted = file.sequences.slice(first, last);
    const ahead: Promise<Uint8Array>[] = [];
    let at = first * chunkBytes;
    for (const [index, _] of wanted.entries()) {
      for (let next = index + ahead.length; ahead.length < inFlight; next += 1) {
        const seq = wanted[next];
        if (seq === undefined) break;
        const chunk = this.#chunk(subject, seq);
        // Whoever stops reading does not hear of the ones behind.
        chunk.catch(() => undefined);
        ahead.push(chunk);
      }
      const chunk = (await ahead.shift()) ?? new Uint8Array();
      yield chunk.subarray(Math.max(0, start - at), Math.min(chunk.length, end - at));
      at += chunk.length;
    }
  }

  /** Takes a file out of the store. Core's own. */
  async remove(fileId: FileId): Promise<void> {
    const { name, chunks } = this.#stream;
    const manager = await this.#bus.connection.jetstreamManager({ timeout: limitMs });
    // The description first: what is described must be there.
    await manager.streams.purge(name, { filter: this.#metaOf(fileId) });
    await manager.streams.purge(name, { filter: `${chunks}.${fileId}` });
  }

  /** Every name that has bytes, described or not. Core's own. */
  async names(): Promise<readonly FileId[]> {
    const { name, chunks } = this.#stream;
    const manager = await this.#bus.connection.jetstreamManager({ timeout: limitMs });
    const info = await manager.streams.info(name, { subjects_filter: `${chunks}.>` });
    return Object.keys(info.state.subjects ?? {}).flatMap((subject) => {
      const fileId = FileId.safeParse(subject.slice(chunks.length + 1));
      return fileId.success ? [fileId.data] : [];
    });
  }

  /** When the first byte of a name came, epoch ms; null: it has none. */
  async sinceMs(fileId: FileId): Promise<number | null> {
    const reply = await this.#direct({ seq: 1, next_by_subj: `${this.#stream.chunks}.${fileId}` });
    return reply.status === 404 ? null : Date.parse(reply.header("Nats-Time-Stamp"));
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
    if (!acknowledged.success) throw new FileError(`${subject}: ${text}`);
    return acknowledged.data.seq;
  }

  async #chunk(subject: string, seq: number): Promise<Uint8Array> {
    const reply = await this.#direct({ seq });
    if (reply.status !== 0 || reply.header("Nats-Subject") !== subject) {
      throw new FileError(`${subject}: chunk ${seq} is gone`);
    }
    return reply.data;
  }

  async #direct(wanted: object): Promise<Reply> {
    const reply = await this.#bus.request(
      `$JS.API.DIRECT.GET.${this.#stream.name}`,
      encode(wanted),
      { timeoutMs: limitMs },
    );
    if (reply.status !== 0 && reply.status !== 404) throw new FileError(`status ${reply.status}`);
    return reply;
  }

  #metaOf(fileId: FileId): string {
    return `${this.#stream.metas}.${padded(Buffer.from(fileId))}`;
  }
}

/** URL-safe base64 with its padding: what the standard layout uses. */
function padded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** The same bytes in pieces of `chunkBytes`, the last one shorter. */
async function* inChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    let rest = piece;
    while (length + rest.length >= chunkBytes) {
      const fits = chunkBytes - length;
      yield Buffer.concat([...held, rest.subarray(0, fits)]);
      rest = rest.subarray(fits);
      held = [];
      length = 0;
    }
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(held);
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
