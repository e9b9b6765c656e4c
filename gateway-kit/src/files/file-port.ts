/** The way into the file store, for connections and for HTTP requests. */
import { randomUUID } from "node:crypto";
import type { FileId, Rejection, Result, StoredFile } from "@dragoman/bus-schema";
import {
  BusError,
  type Config,
  FileError,
  type Files,
  FullError,
  type Logger,
} from "@dragoman/service-kit";
import { busy } from "../busy.ts";
import type { FileFacts } from "./facts.ts";
import { type Source, UnreadableError } from "./metadata/source.ts";
import { withoutMetadata } from "./metadata/strip.ts";
import { tellsSize } from "./picture-size.ts";

export interface FilePortOptions {
  readonly store: Files;
  readonly logger: Logger;
  /** Looked at for each picture. */
  readonly limits: Readonly<Pick<Config["limits"], "picturePixels">>;
}

const unreadable: Rejection = { code: "invalid", field: "file", why: "unreadable" };

export class FilePort {
  readonly store: Files;
  readonly #logger: Logger;
  readonly #limits: FilePortOptions["limits"];

  constructor({ store, logger, limits }: FilePortOptions) {
    this.store = store;
    this.#logger = logger;
    this.#limits = limits;
  }

  /**
   * Writes a file under a new id, without what says where and when it was made. A picture of too many pixels is refused
   * as `limit_reached`, what is not as its type says as `invalid`, a failure of the store as `busy`,
   * and one without room as `storage_full`.
   * @throws what reading `source` throws
   */
  async keep(source: Source, facts: FileFacts): Promise<Result<StoredFile>> {
    const { mime, width, height } = facts;
    const { picturePixels: pixelsMax } = this.#limits;
    if (width === undefined || height === undefined) {
      if (tellsSize(mime)) return { ok: false, rejection: unreadable };
    } else if (width * height > pixelsMax) {
      return { ok: false, rejection: { code: "limit_reached", what: "pixels", max: pixelsMax } };
    }
    try {
      const fileId = randomUUID() as FileId;
      const bytes = withoutMetadata(mime, source, pixelsMax);
      const { size, hash } = await this.store.put(fileId, bytes);
      const pixels = width === undefined || height === undefined ? {} : { width, height };
      return { ok: true, value: { fileId, size, mime, hash, ...pixels } };
    } catch (error) {
      if (error instanceof UnreadableError) return { ok: false, rejection: unreadable };
      if (!(error instanceof FileError || error instanceof BusError)) throw error;
      this.#logger.warn({ err: error }, "file not stored");
      const isFull = error instanceof FullError;
      return { ok: false, rejection: isFull ? { code: "storage_full" } : busy };
    }
  }
}
