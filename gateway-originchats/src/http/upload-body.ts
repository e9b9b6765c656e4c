/**
 * The body of an upload as it comes: JSON whose field `file` may be a hundred megabytes of base64. That field is
 * decoded on the way and handed on; all the rest, which is small, is kept and parsed at the end. So a file is
 * never whole in memory, whatever the order of the fields.
 */
import { readJson } from "@dragoman/bus-schema";
import { Base64Reader } from "./base64.ts";

/** What of the body is not the file may be so long. */
const restBytesMax = 64 * 1024;
/** A data URI's head is shorter; without a comma in it the text is bare base64. */
const headLengthMax = 4_096;

const quote = 0x22;
const backslash = 0x5c;
const closing = 0x7d;
const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** `json`: it cannot be JSON, or not one of ours. */
export type Fault = "json" | "base64";

type Mode = "plain" | "string" | "file";

export class UploadBody {
  readonly #rest: number[] = [];
  readonly #base64 = new Base64Reader();
  #mode: Mode = "plain";
  #depth = 0;
  /** At depth 1 of an object: the next string is a key. */
  #atKey = false;
  #key: number[] | undefined;
  #keyName = "";
  #atValue = false;
  #escape = "";
  /** The beginning of the file's text, while it may be a data URI's head. */
  #head: string | undefined = "";
  #files = 0;
  /** Where in the rest the file's text begins. */
  #fileAt = 0;
  #fault: Fault | undefined;

  /** What is wrong with what has come so far. */
  get fault(): Fault | undefined {
    return this.#fault ?? (this.#base64.wrong ? "base64" : undefined);
  }

  /** Whether a file has come. */
  get hasFile(): boolean {
    return this.#files > 0;
  }

  /** How much of the body that is not the file has come, in bytes. */
  get restBytes(): number {
    return this.#rest.length;
  }

  /**
   * The fields that stand before the file, once it has begun. Undefined: it has not, or what stands there is no JSON.
   */
  before(): Readonly<Record<string, unknown>> | undefined {
    if (!this.hasFile || this.#fault === "json") return undefined;
    return objectOf([...this.#rest.slice(0, this.#fileAt), quote, quote, closing]);
  }

  /** Takes the next bytes of the body. @returns the bytes of the file that are complete with them */
  write(bytes: Buffer): Buffer {
    const decoded: Buffer[] = [];
    let at = 0;
    while (at < bytes.length && this.#fault !== "json") {
      if (this.#mode === "file") at = this.#inFile(bytes, at, decoded);
      else {
        this.#inRest(bytes[at] as number);
        at += 1;
      }
    }
    return Buffer.concat(decoded);
  }

  /** The body is over: its fields, `file` as an empty text. Undefined: no JSON object. */
  end(): Readonly<Record<string, unknown>> | undefined {
    return this.#fault === "json" ? undefined : objectOf(this.#rest);
  }

  /** One byte outside of the file. */
  #inRest(byte: number): void {
    this.#rest.push(byte);
    if (this.#rest.length > restBytesMax) this.#fault = "json";
    if (this.#mode === "string") this.#inString(byte);
    else if (byte === quote) this.#beginString();
    else if (!isSpace(byte)) this.#inPlain(byte);
  }

  #beginString(): void {
    if (this.#depth === 1 && this.#atValue && this.#keyName === "file") {
      this.#files += 1;
      if (this.#files > 1) this.#fault = "json";
      this.#mode = "file";
      this.#fileAt = this.#rest.length - 1;
      this.#atValue = false;
      return;
    }
    this.#mode = "string";
    if (this.#depth === 1 && this.#atKey) this.#key = [quote];
    this.#atValue = false;
  }

  #inString(byte: number): void {
    this.#key?.push(byte);
    if (this.#escape !== "") this.#escape = "";
    else if (byte === backslash) this.#escape = "\\";
    else if (byte === quote) {
      this.#mode = "plain";
      if (this.#key !== undefined) this.#keyName = nameOf(this.#key);
      this.#key = undefined;
      this.#atKey = false;
    }
  }

  #inPlain(byte: number): void {
    this.#atValue = byte === 0x3a;
    if (byte === 0x7b || byte === 0x5b) {
      this.#depth += 1;
      this.#atKey = this.#depth === 1 && byte === 0x7b;
    } else if (byte === 0x7d || byte === 0x5d) this.#depth -= 1;
    else if (byte === 0x2c && this.#depth === 1) this.#atKey = true;
  }

  /** The file's text from `at` on. @returns where it goes on */
  #inFile(bytes: Buffer, at: number, decoded: Buffer[]): number {
    if (this.#escape !== "") return this.#inEscape(bytes, at, decoded);
    let end = at;
    while (end < bytes.length && bytes[end] !== quote && bytes[end] !== backslash) end += 1;
    this.#text(bytes.toString("latin1", at, end), decoded);
    if (end === bytes.length) return end;
    if (bytes[end] === backslash) {
      this.#escape = "\\";
      return end + 1;
    }
    this.#rest.push(quote);
    this.#mode = "plain";
    this.#endHead(decoded);
    decoded.push(this.#base64.end());
    return end + 1;
  }

  /** An escape within the file's text: of those only `\/` and `\u…` can stand for base64. */
  #inEscape(bytes: Buffer, at: number, decoded: Buffer[]): number {
    this.#escape += String.fromCharCode(bytes[at] as number);
    const isLong = this.#escape.startsWith("\\u");
    if (isLong && this.#escape.length < 6) return at + 1;
    const sequence = this.#escape;
    this.#escape = "";
    const value = parseJson(`"${sequence}"`);
    if (typeof value === "string") this.#text(value, decoded);
    else this.#fault = "json";
    return at + 1;
  }

  #text(text: string, decoded: Buffer[]): void {
    if (this.#head === undefined) {
      decoded.push(this.#base64.write(text));
      return;
    }
    this.#head += text;
    if (this.#head.includes(",") || this.#head.length > headLengthMax) this.#endHead(decoded);
  }

  /** Whatever stands before the first comma is a data URI's head and counts for nothing. */
  #endHead(decoded: Buffer[]): void {
    if (this.#head === undefined) return;
    const text = this.#head.slice(this.#head.indexOf(",") + 1);
    this.#head = undefined;
    decoded.push(this.#base64.write(text));
  }
}

/** The object that a text of JSON is; undefined: it is none. */
function objectOf(raw: readonly number[]): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(raw));
    const value: unknown = readJson(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(raw: readonly number[]): string {
  const value = parseJson(Buffer.from(raw).toString());
  return typeof value === "string" ? value : "";
}

function parseJson(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}
