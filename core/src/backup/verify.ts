/** Looks whether a backup is whole: read as a restore reads it, and written nowhere. */
import { createHash } from "node:crypto";
import type { Entry } from "./contents.ts";
import { BackupReading, type Restored } from "./reading.ts";

/** What is in a backup that is whole. */
export interface Verified extends Omit<Restored, "configuration"> {
  readonly hasConfiguration: boolean;
  readonly files: number;
  readonly snapshots: number;
}

/** @throws OperatorError saying what is wrong with it */
export async function verifyBackup(
  entries: AsyncIterable<Entry>,
  told: (entry: Entry) => void,
): Promise<Verified> {
  const files = new Set<string>();
  let snapshots = 0;
  const nothing = async (): Promise<void> => undefined;
  const target = {
    file: async (fileId: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      await digestOf(bytes);
      files.add(fileId);
    },
    forget: async (fileId: string): Promise<void> => {
      files.delete(fileId);
    },
    secret: nothing,
    shared: nothing,
    snapshot: (_head: unknown, bytes: AsyncIterable<Uint8Array>): Promise<string> => {
      snapshots += 1;
      return digestOf(bytes);
    },
    begin: nothing,
    append: nothing,
  };
  const reading = new BackupReading({ community: undefined, entries, told, target });
  const { configuration, ...found } = await reading.run();
  return { ...found, hasConfiguration: configuration !== undefined, files: files.size, snapshots };
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of bytes) hash.update(piece);
  return hash.digest("hex");
}
