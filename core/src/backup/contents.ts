/**
 * What a backup holds: entries with a name and a size, one behind the other. It ends with the digest of all of them, so
 * that nothing is believed of one that is damaged or cut off.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { snapshotKinds } from "../snapshot/manifest.ts";

/** A part of a backup. Its bytes are read once, and before the next part is asked for. */
export interface Entry {
  readonly name: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What is read into memory as a whole: everything but files and snapshots. */
export const wholeBytesMax = 8 * 1024 * 1024;
/** What is gathered into one entry of records or secrets, more or less. */
export const pieceBytes = 512 * 1024;

export const headName = "dragoman.json";
export const configurationName = "configuration.yaml";
/** The settings that all processes share: of a backup of version 2. */
export const sharedName = "shared.json";
export const endName = "end.json";
export const format = "dragoman-backup";
/**
 * The form of a backup. Whoever changes it raises it, and reads those of before too. One without shared settings is of the
 * form before.
 */
export const version = 2;

/** What is read of any version. */
export const AnyHead = z.object({ format: z.literal(format), v: z.int() });

/** The first entry. Layouts are those of the snapshots that follow. */
export const Head = AnyHead.extend({
  community: z.string(),
  madeAtMs: z.int(),
  stateLayout: z.int(),
  historyLayout: z.int(),
  /** Names of the settings that were not left at their defaults; their values are not in it. */
  settings: z.array(z.string()),
});
export type Head = z.infer<typeof Head>;

/** Stands before a snapshot. */
export const SnapshotHead = z.object({
  kind: z.enum(snapshotKinds),
  seq: z.int().min(0),
  id: z.string(),
  at: z.number(),
  hash: z.string(),
  madeAtMs: z.int(),
});
export type SnapshotHead = z.infer<typeof SnapshotHead>;

/** The last entry. */
export const End = z.object({
  /** The last record of the journal. */
  last: z.int().min(0),
  /** SHA-256 in hex of all entries before: see `ContentDigest`. */
  hash: z.string(),
});

export const jsonEntry = (name: string, value: unknown): Entry =>
  bytesEntry(name, Buffer.from(`${JSON.stringify(value)}\n`));

export function bytesEntry(name: string, bytes: Uint8Array): Entry {
  return { name, size: bytes.length, bytes: once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Of a line with name and size of each entry, and its bytes. */
export class ContentDigest {
  readonly #hash = createHash("sha256");

  /** The same entry, which is counted in as it is read. */
  through({ name, size, bytes }: Entry): Entry {
    this.#hash.update(`${name} ${size}\n`);
    return { name, size, bytes: this.#count(bytes) };
  }

  async *#count(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#hash.update(piece);
      yield piece;
    }
  }

  /** In hex; nothing is counted in afterwards. */
  value(): string {
    return this.#hash.digest("hex");
  }
}
