/** Request bodies: read within a bound, and never by the web library, which would hold them whole. */
import type { Readable } from "node:stream";
import { readJson as parseJson } from "@dragoman/bus-schema";
import type { FastifyInstance } from "fastify";

/** Leaves every body of the routes in this scope to their handlers. */
export function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
}

/** So much of a refused body is still read, so that its sender hears why: then the line is cut. */
const politeBytesMax = 256 * 1024 * 1024;
const politeMs = 30_000;

/** The pieces of a body. Whoever stops early has said why; the rest goes by unread, within bounds. */
export async function* piecesOf(source: Readable): AsyncGenerator<Buffer> {
  let over = false;
  try {
    for await (const piece of source.iterator({ destroyOnReturn: false })) yield piece as Buffer;
    over = true;
  } finally {
    if (!over) drain(source);
  }
}

function drain(source: Readable): void {
  if (source.destroyed) return;
  let length = 0;
  const cut = setTimeout(() => source.destroy(), politeMs).unref();
  source.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length > politeBytesMax) source.destroy();
  });
  // Cut off by either side: nobody is left to be told.
  source.on("error", () => undefined);
  source.on("close", () => clearTimeout(cut));
}

/** A body, or why there is none. */
export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: "too large" | "broken off" };

/** Reads a body of at most so many bytes. */
export async function readBody(source: Readable, bytesMax: number): Promise<Body> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of piecesOf(source)) {
      length += part.length;
      if (length > bytesMax) return { ok: false, why: "too large" };
      parts.push(part);
    }
  } catch {
    // Whoever sent it is gone; nobody hears what we think of it.
    return { ok: false, why: "broken off" };
  }
  return { ok: true, bytes: Buffer.concat(parts) };
}

/** Deeper bodies are nobody's honest ones, and costly to read. */
const depthMax = 64;

/** Reads JSON whose nesting is bounded; undefined: it is none. */
export function readJson(bytes: Buffer): unknown {
  if (isDeep(bytes)) return undefined;
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of strings stand more than `depthMax` deep. */
function isDeep(bytes: Buffer): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}
