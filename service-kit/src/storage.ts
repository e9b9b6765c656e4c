/**
 * How much the streams of a community may hold, so that the lease, the secrets and the manifest of snapshots always have
 * room beside them (docs/journal.md 1.4).
 */
import { type CommunityId, encode, fileStream, journalStream } from "@dragoman/bus-schema";
import type { Bus } from "./bus.ts";
import { BusError } from "./bus-error.ts";
import type { Config } from "./config.ts";
import type { Logger } from "./logger.ts";
import { whileUnled } from "./unled.ts";

const limitMs = 5_000;
/** Room above what is stored that every bound leaves at least. */
const bytesMin = 256 * 1_024;

/** The server's numbers for "no room": a stream's own bound, the account's, the server's. */
const fullCodes: readonly number[] = [10_077, 10_047, 10_023, 10_002];
/** The server has less room than a stream asks to be kept for it. */
const isTooMuch = (error: StoreError): boolean =>
  error.err_code === 10_047 || error.err_code === 10_028;

interface StoreError {
  readonly code?: number;
  readonly err_code?: number;
  readonly description?: string;
}

interface StreamInfo {
  readonly config?: { readonly max_bytes: number; readonly discard: string };
  readonly state?: { readonly bytes: number };
  readonly error?: StoreError;
}

/** Whether an answer of the store says that there is no room. */
export function isFull(answer: string): boolean {
  const { error } = JSON.parse(answer) as { readonly error?: StoreError };
  if (error === undefined) return false;
  return fullCodes.includes(error.err_code ?? 0) || /no space left/.test(error.description ?? "");
}

/**
 * Whether the store refuses by a bound, before it has touched anything: that message is not stored and never will be. A full
 * disk and the bound of an account are met only when it is written already, and it may be there all the same later.
 */
export function isBeyondBound(answer: string): boolean {
  const { error } = JSON.parse(answer) as { readonly error?: StoreError };
  if (error?.err_code === 10_023) return true;
  return /^maximum (messages|bytes) exceeded/.test(error?.description ?? "");
}

/**
 * Bounds the journal and the files. Where the server has less room than is configured, half as much is asked for, again
 * and again, and half of what it has is left for the rest. A bound below what is stored would have the server delete: it
 * is never asked for.
 * @throws Error when the server refuses for another reason
 */
export async function boundStorage(
  bus: Bus,
  community: CommunityId,
  { journalBytes, fileBytes }: Config["storage"],
  logger: Logger,
): Promise<void> {
  await bound(bus, journalStream(community).name, journalBytes, logger);
  await bound(bus, fileStream(community).name, fileBytes, logger);
}

async function bound(bus: Bus, name: string, asked: number, logger: Logger): Promise<void> {
  const { config, state } = await whileUnled(async () => {
    const about = `$JS.API.STREAM.INFO.${name}`;
    const info = await ask(bus, about, {});
    if (info.error?.code === 503) throw new BusError("unavailable", about);
    return info;
  });
  if (config === undefined || state === undefined)
    throw new Error(`${name}: no answer of the store`);
  // What is stored meanwhile must find its place as well.
  const least = Math.ceil(state.bytes * 1.5) + bytesMin;
  let bytes = asked === 0 ? -1 : Math.max(asked, least);
  let isCut = false;
  while (config.max_bytes !== bytes || config.discard !== "new") {
    const next = { ...config, max_bytes: bytes, discard: "new" };
    const { error } = await ask(bus, `$JS.API.STREAM.UPDATE.${name}`, next);
    if (error !== undefined && !isTooMuch(error)) {
      throw new Error(`${name}: max_bytes ${bytes} is refused: ${error.description}`);
    }
    // What was accepted only after it was cut would leave nothing for others.
    const isDone = error === undefined && !isCut;
    if (isDone || bytes === least) break;
    isCut = error !== undefined;
    bytes = Math.max(least, Math.floor(bytes / 2));
  }
  if (bytes === asked || asked === 0) return;
  logger.warn({ stream: name, asked, bytes }, "the store has another bound than is configured");
}

async function ask(bus: Bus, subject: string, body: object): Promise<StreamInfo> {
  const reply = await bus.request(subject, encode(body), { timeoutMs: limitMs });
  return JSON.parse(new TextDecoder().decode(reply.data)) as StreamInfo;
}
