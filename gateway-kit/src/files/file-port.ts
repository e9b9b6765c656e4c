/** The way into the file store, for connections and for HTTP requests. */
import { randomUUID } from "node:crypto";
import type { FileId, Result, StoredFile } from "@dragoman/bus-schema";
import { BusError, FileError, type Files, type Logger } from "@dragoman/service-kit";
import { busy } from "../busy.ts";
import type { FileFacts } from "./facts.ts";
import { withoutMetadata } from "./strip.ts";

export class FilePort {
  readonly store: Files;
  readonly #logger: Logger;

  constructor(store: Files, logger: Logger) {
    this.store = store;
    this.#logger = logger;
  }

  /**
   * Writes a file under a new id, pictures without what says where and when they were taken. A failure of the store
   * is refused as `busy`.
   * @throws what `source` throws
   */
  async keep(source: AsyncIterable<Uint8Array>, facts: FileFacts): Promise<Result<StoredFile>> {
    try {
      const fileId = randomUUID() as FileId;
      const { size, hash } = await this.store.put(fileId, withoutMetadata(facts.mime, source));
      const { mime, width, height } = facts;
      const pixels = width === undefined || height === undefined ? {} : { width, height };
      return { ok: true, value: { fileId, size, mime, hash, ...pixels } };
    } catch (error) {
      if (!(error instanceof FileError || error instanceof BusError)) throw error;
      this.#logger.warn({ err: error }, "file not stored");
      return { ok: false, rejection: busy };
    }
  }
}
