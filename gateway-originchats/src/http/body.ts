/** Request bodies: read within a bound, and never by the web library, which would hold them whole. */
import { PassThrough, type Readable } from "node:stream";
import { readJson as parseJson } from "@dragoman/bus-schema";
import type { FastifyInstance } from "fastify";

/** Leaves every body of the routes in this scope to their handlers; what they do not read goes by unread. */
export function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
  scope.addHook("onResponse", async ({ raw }) => drain(raw));
}

/** So much of a refused body is still read, so that its sender hears why: then the line is cut. */
const politeBytesMax = 256 * 1024 * 1024;
const politeMs = 30_000;

/** How slowly a body may come. */
export interface Pace {
  /** It has so long in any case. */
  readonly graceMs: number;
  /** Each byte that has come gives more time, as if it had come no faster. Absent: `graceMs` is all there is. */
  readonly leastBytesPerSecond?: number;
}

/** The body comes more slowly than its pace. */
export class SlowBodyError extends Error {}
/** The body broke off: whoever sent it is gone. */
export class BrokenBodyError extends Error {}

/**
 * The pieces of a body. Whoever stops early leaves the rest where it is.
 * @throws SlowBodyError where it comes too slowly
 * @throws BrokenBodyError where it breaks off
 */
export async function* piecesOf(source: Readable, pace: Pace): AsyncGenerator<Buffer> {
  const paced = new PassThrough();
  const fail = (error: Error): void => void paced.destroy(error);
  const breakOff = (): void => {
    if (!source.readableEnded) fail(new BrokenBodyError("the body broke off"));
  };
  const beganAtMs = performance.now();
  let length = 0;
  const leftMs = (): number => {
    const more = pace.leastBytesPerSecond === undefined ? 0 : length / pace.leastBytesPerSecond;
    return beganAtMs + pace.graceMs + more * 1_000 - performance.now();
  };
  const judge = (): void => {
    const waitMs = leftMs();
    if (waitMs <= 0) fail(new SlowBodyError("the body comes too slowly"));
    else timer = setTimeout(judge, waitMs);
  };
  let timer = setTimeout(judge, pace.graceMs);
  source.on("error", breakOff).on("close", breakOff);
  try {
    if (source.destroyed) breakOff();
    else source.pipe(paced);
    for await (const piece of paced) {
      length += (piece as Buffer).length;
      yield piece as Buffer;
    }
  } finally {
    clearTimeout(timer);
    source.unpipe(paced);
    source.off("error", breakOff).off("close", breakOff);
  }
}

/** Reads on for whoever still sends and has not read why it is refused. */
function drain(source: Readable): void {
  if (source.destroyed || source.readableEnded) return;
  let length = 0;
  const cut = setTimeout(() => source.destroy(), politeMs).unref();
  source.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length > politeBytesMax) source.destroy();
  });
  // Cut off by either side: nobody is left to be told.
  source.on("error", () => undefined);
  source.on("close", () => clearTimeout(cut));
  // `unpipe` leaves it standing.
  source.resume();
}

/** A body, or why there is none. */
export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: "too large" | "too slow" | "broken off" };

/** Reads a body of at most so many bytes. */
export async function readBody(source: Readable, bytesMax: number, pace: Pace): Promise<Body> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of piecesOf(source, pace)) {
      length += part.length;
      if (length > bytesMax) return { ok: false, why: "too large" };
      parts.push(part);
    }
  } catch (error) {
    // Broken off: whoever sent it is gone; nobody hears what we think of it.
    return { ok: false, why: error instanceof SlowBodyError ? "too slow" : "broken off" };
  }
  return { ok: true, bytes: Buffer.concat(parts) };
}

/** Deeper bodies are nobody's honest ones, and costly to read. */
const depthMax = 64;

/** Values of one body, all lists and objects in it counted: the longest of GitHub's have some 60,000. */
export const valuesMax = 100_000;

/** Reads JSON whose nesting and number of values are bounded; undefined: it is none. */
export function readJson(bytes: Buffer): unknown {
  if (isUnwieldy(bytes)) return undefined;
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of strings stand more than `depthMax` deep, or brackets and commas for too many values. */
function isUnwieldy(bytes: Buffer): boolean {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      values += 1;
      if (depth > depthMax || values > valuesMax) return true;
    } else if (byte === 0x2c) {
      values += 1;
      if (values > valuesMax) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}
