/** A file on its way in: on disk, for a moment, until it is known whose it is and what. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Source } from "@dragoman/gateway-kit";

export class Spool implements Source {
  readonly path: string;
  readonly #file: FileHandle;
  #size = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Makes an empty one that nobody else may read. */
  static async open(): Promise<Spool> {
    const path = join(tmpdir(), `dragoman-upload-${randomUUID()}`);
    return new Spool(path, await open(path, "wx+", 0o600));
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#size += bytes.length;
    await this.#file.writeFile(bytes);
  }

  async read(start: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.#size - start)));
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  }

  stream(): AsyncIterable<Uint8Array> {
    return createReadStream(this.path);
  }

  /** Leaves nothing of it. */
  async remove(): Promise<void> {
    await this.#file.close();
    await rm(this.path, { force: true });
  }
}
