/**
 * Gives a file of the store out over HTTP: streamed, with ranges and conditions, and so that no browser runs what
 * somebody uploaded (part 2, 14.3; part 3, section 14).
 */
import { Readable } from "node:stream";
import type { StoredFile } from "@dragoman/bus-schema";
import type { HttpPort } from "@dragoman/gateway-kit";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface Shown {
  readonly file: StoredFile;
  /** The name to save it under; absent for what is only ever shown. */
  readonly name?: string;
  /** Whether it is not for everybody, and may go: no shared cache keeps it, and it is asked for each time. */
  readonly hidden?: true;
}

const media = /^(?:image|video|audio)\//;

/** Within a quoted string of a header: what is not plain ASCII stands in the other form alone. */
function disposition(mime: string, name: string): string {
  const how = media.test(mime) ? "inline" : "attachment";
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** What of a file is asked for. Several ranges, or none that can be read, are the whole. */
type Wanted =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "outside" };

/** Reads a `Range` header for a file of so many bytes. */
export function readRange(header: string | undefined, size: number): Wanted {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    return { kind: "whole" };
  }
  if (first === "") {
    const length = Number(last);
    if (length === 0 || size === 0) return { kind: "outside" };
    return { kind: "part", start: Math.max(0, size - length), end: size };
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(size, Number(last) + 1);
  if (last !== "" && Number(last) < start) return { kind: "whole" };
  return start >= size ? { kind: "outside" } : { kind: "part", start, end };
}

function isUnchanged(request: FastifyRequest, etag: string, storedAtMs: number): boolean {
  const tags = request.headers["if-none-match"];
  if (tags !== undefined) {
    return tags
      .split(",")
      .some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
  }
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return Number.isFinite(since) && Math.floor(storedAtMs / 1000) * 1000 <= since;
}

/** @returns false when the store has no such file; nothing has been sent then */
export async function serveFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { files }: HttpPort,
  { file, name, hidden }: Shown,
): Promise<boolean> {
  const found = await files.store.describe(file.fileId);
  if (found === null) return false;
  const etag = `"${file.hash.slice(0, 32)}"`;
  void reply.headers({
    "content-type": file.mime,
    "cache-control": hidden ? "private, no-cache" : "public, max-age=3600",
    "accept-ranges": "bytes",
    etag,
    "last-modified": new Date(found.storedAtMs).toUTCString(),
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
    ...(name === undefined ? {} : { "content-disposition": disposition(file.mime, name) }),
  });
  if (isUnchanged(request, etag, found.storedAtMs)) {
    await reply.code(304).send();
    return true;
  }
  const ifRange = request.headers["if-range"];
  const current = ifRange === undefined || ifRange === etag;
  const { range } = request.headers;
  const wanted = readRange(current && typeof range === "string" ? range : undefined, found.size);
  if (wanted.kind === "outside") {
    await reply.code(416).header("content-range", `bytes */${found.size}`).send();
    return true;
  }
  const { start, end } = wanted.kind === "part" ? wanted : { start: 0, end: found.size };
  if (wanted.kind === "part") {
    void reply.code(206).header("content-range", `bytes ${start}-${end - 1}/${found.size}`);
  }
  void reply.header("content-length", end - start);
  if (request.method === "HEAD") await reply.send();
  else await reply.send(Readable.from(files.store.bytes(found, start, end), { objectMode: false }));
  return true;
}
