/**
 * Core's service for files, and a gateway's way to it. A gateway has no right on the store: it hands chunks over and is
 * given chunks, of files whose ids it knows. It can neither replace nor remove what is there.
 */
import {
  type CommunityId,
  decode,
  encode,
  FileId,
  fileStream,
  type GatewayId,
  parseFileSubject,
  subject,
} from "@dragoman/bus-schema";
import { z } from "zod";
import { type Bus, BusError, type Msg, type Reply } from "../bus.ts";
import type { Logger } from "../logger.ts";
import { type Chunks, chunkBytes, FileError, Files, FullError, type WrittenFile } from "./files.ts";
import { StoredChunks } from "./store.ts";

/** Longer than the store's own time, so that its failure is told. */
const limitMs = 8_000;
/** Requests under way at once in one core, each with a chunk at most; above it they are refused. */
const pendingMax = 256;

const sequences = z.array(z.int().min(1)).max(100_000);
const Written = z.object({
  size: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  sequences,
});
const Described = Written.extend({ fileId: FileId, storedAtMs: z.int() });

/** A number, a description or null; `ok` false: it was refused, or the store failed. */
const Outcome = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), value: z.union([z.int(), Described, z.null()]) }),
  z.object({ ok: z.literal(false), why: z.string(), full: z.boolean().exactOptional() }),
]);
type Outcome = z.infer<typeof Outcome>;

export interface FileServing {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  /** Whether the store may be sent more. */
  readonly hasRoom: () => boolean;
}

/** Serves files to gateways until stopped. Every core may. */
export function serveFiles({ bus, community, logger, hasRoom }: FileServing): { stop(): void } {
  const chunks = new StoredChunks(bus, fileStream(community));
  let pending = 0;
  const refuse = (message: Msg, why: string, isFull = false): void => {
    const full = isFull ? { full: true } : {};
    bus.respond(message, encode({ ok: false, why, ...full } satisfies Outcome));
  };
  const take = (message: Msg): void => {
    if (pending >= pendingMax) {
      refuse(message, "busy");
      return;
    }
    pending += 1;
    answer(chunks, hasRoom, message)
      .then((data) => bus.respond(message, data))
      .catch((error: unknown) => {
        const known = error instanceof FileError || error instanceof BusError;
        if (!known) logger.error({ err: error }, "file request failed");
        refuse(message, known ? error.message : "failed", error instanceof FullError);
      })
      .finally(() => {
        pending -= 1;
      });
  };
  const served = bus.serve(subject.files(community), take, { queue: "core" });
  return { stop: () => served.unsubscribe() };
}

/** The first byte of an answer that is a chunk; none of JSON begins with it. */
const chunkMark = 1;

/** What a request is answered: a chunk behind its mark, everything else as an `Outcome`. */
async function answer(
  chunks: Chunks,
  hasRoom: () => boolean,
  { subject: name, data }: Msg,
): Promise<Uint8Array> {
  const at = parseFileSubject(name);
  const fileId = FileId.safeParse(at?.fileId);
  if (at === null || !fileId.success) throw new FileError("no such request");
  const told = (value: Extract<Outcome, { ok: true }>["value"]): Uint8Array =>
    encode({ ok: true, value } satisfies Outcome);
  switch (at.verb) {
    case "write":
      if (!hasRoom()) throw new FullError("no room");
      if (data.length === 0 || data.length > chunkBytes) throw new FileError("no chunk");
      return told(await chunks.write(fileId.data, data));
    case "finish": {
      const file = decode(Written, data);
      if (!file.ok) throw new FileError("no description");
      if (file.value.sequences.length !== Math.ceil(file.value.size / chunkBytes)) {
        throw new FileError("size and chunks differ");
      }
      return told(await chunks.finish(fileId.data, file.value));
    }
    case "describe": {
      const file = await chunks.describe(fileId.data);
      return told(file === null ? null : { ...file, sequences: [...file.sequences] });
    }
    case "read": {
      const seq = Number(Buffer.from(data).toString());
      if (!Number.isSafeInteger(seq) || seq < 1) throw new FileError("no chunk");
      return Buffer.concat([Buffer.of(chunkMark), await chunks.read(fileId.data, seq)]);
    }
    default:
      return at.verb satisfies never;
  }
}

class ServedChunks implements Chunks {
  readonly #bus: Bus;
  readonly #community: CommunityId;
  readonly #gatewayId: GatewayId;

  constructor(bus: Bus, community: CommunityId, gatewayId: GatewayId) {
    this.#bus = bus;
    this.#community = community;
    this.#gatewayId = gatewayId;
  }

  async write(fileId: FileId, chunk: Uint8Array): Promise<number> {
    return z.int().parse(await this.#outcome("write", fileId, chunk));
  }

  async finish(fileId: FileId, file: WrittenFile): Promise<number> {
    return z.int().parse(await this.#outcome("finish", fileId, encode(file)));
  }

  async describe(fileId: FileId): Promise<z.infer<typeof Described> | null> {
    const described = await this.#outcome("describe", fileId, new Uint8Array());
    return Described.nullable().parse(described);
  }

  async read(fileId: FileId, seq: number): Promise<Uint8Array> {
    const { data } = await this.#ask("read", fileId, Buffer.from(String(seq)));
    if (data[0] !== chunkMark) throw new FileError(`${fileId}: chunk ${seq} is not given`);
    return data.subarray(1);
  }

  async #outcome(
    verb: "write" | "finish" | "describe",
    fileId: FileId,
    data: Uint8Array,
  ): Promise<unknown> {
    const outcome = decode(Outcome, (await this.#ask(verb, fileId, data)).data);
    if (!outcome.ok) throw new FileError(outcome.why);
    const { value } = outcome;
    if (!value.ok) throw new (value.full ? FullError : FileError)(value.why);
    return value.value;
  }

  #ask(verb: Parameters<typeof subject.file>[2], fileId: FileId, data: Uint8Array): Promise<Reply> {
    const to = subject.file(this.#community, this.#gatewayId, verb, fileId);
    return this.#bus.request(to, data, { timeoutMs: limitMs });
  }
}

/** The files of a community, through core. */
export function servedFiles(bus: Bus, community: CommunityId, gatewayId: GatewayId): Files {
  return new Files(new ServedChunks(bus, community, gatewayId));
}
