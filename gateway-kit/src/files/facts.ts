/**
 * What a file is, by its bytes: names and declared types lie. The kind comes from `file-type`; what that does not
 * know is a drawing, plain text, or nothing in particular. Sizes of pictures are read from their heads.
 */
import { open } from "node:fs/promises";
import { fileTypeFromBuffer, fileTypeFromFile } from "file-type";
import { pictureSize } from "./picture-size.ts";

export interface FileFacts {
  readonly size: number;
  readonly mime: string;
  readonly width?: number;
  readonly height?: number;
}

/** The head that is looked at. Pictures tell their size within it, behind whatever a camera wrote. */
const headBytes = 512 * 1024;
/** Units of a text within which a drawing says that it is one. */
const drawingHead = 4_096;

/** The facts of bytes at hand. */
export async function factsOfBytes(bytes: Uint8Array): Promise<FileFacts> {
  const found = await fileTypeFromBuffer(bytes);
  return factsOf(found?.mime, bytes.subarray(0, headBytes), bytes.length);
}

/** The facts of a file on disk; no more than its head is read, and what its kind needs. */
export async function factsOfFile(path: string, size: number): Promise<FileFacts> {
  const found = await fileTypeFromFile(path);
  const file = await open(path);
  try {
    const head = Buffer.alloc(Math.min(size, headBytes));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return factsOf(found?.mime, head.subarray(0, bytesRead), size);
  } finally {
    await file.close();
  }
}

function factsOf(found: string | undefined, head: Uint8Array, size: number): FileFacts {
  const mime = known(found) ?? plainType(head, size);
  return { size, mime, ...pictureSize(mime, head) };
}

/** XML is looked at once more: a drawing is one. */
function known(found: string | undefined): string | undefined {
  if (found === undefined || found === "application/xml") return undefined;
  return found === "image/apng" ? "image/png" : found;
}

function plainType(head: Uint8Array, size: number): string {
  if (head.includes(0)) return "application/octet-stream";
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: head.length < size });
  } catch {
    return "application/octet-stream";
  }
  return isDrawing(text.slice(0, drawingHead)) ? "image/svg+xml" : "text/plain";
}

/** Where what begins at `at` ends, up to and with `close`; undefined: something else begins there, or it has no end. */
function endOf(text: string, at: number, open: string, close: string): number | undefined {
  if (!text.startsWith(open, at)) return undefined;
  const end = text.indexOf(close, at + open.length);
  return end < 0 ? undefined : end + close.length;
}

function spaceEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charAt(end).trim() === "") end += 1;
  return end;
}

/** Whether a text is SVG: what XML may have in front, comments, and then its root. Each part is passed over once. */
function isDrawing(text: string): boolean {
  let at = spaceEnd(text, 0);
  at = spaceEnd(text, endOf(text, at, "<?xml", ">") ?? at);
  for (let end = endOf(text, at, "<!--", "-->"); end !== undefined; ) {
    at = spaceEnd(text, end);
    end = endOf(text, at, "<!--", "-->");
  }
  const type = /^<!DOCTYPE\s+svg/.exec(text.slice(at, at + 100))?.[0];
  at = spaceEnd(text, type === undefined ? at : (endOf(text, at, type, ">") ?? at));
  return /^<svg[\s>]/.test(text.slice(at, at + 5));
}
