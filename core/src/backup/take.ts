/**
 * Takes a backup of a community, also while it is running. What makes it whole is the order (docs/journal.md 5.4):
 *
 * 1. Files and secrets are stored before a record names them, and taken away after one has. So they are read once, then
 *    the journal's end is noted, and then what came meanwhile is read as well: every file and secret that a record up to
 *    that end names, and none has taken away, is there.
 * 2. Notes of how far the journal was told to others are those from before the end.
 * 3. Snapshots are the newest good ones, and the journal is there from its first record: whatever is missing in them
 *    stands in it. A record is one batch, so that nothing of a command is there without the rest.
 */
import { type CommunityId, type FileId, secretBucket } from "@dragoman/bus-schema";
import {
  type Bus,
  FileError,
  FileStore,
  type Logger,
  OperatorError,
  SharedStore,
  wallMs,
} from "@dragoman/service-kit";
import type { z } from "zod";
import { layoutVersion } from "../history/layout.ts";
import { sessionPrefix } from "../identity/addresses.ts";
import { snapshotKinds } from "../snapshot/manifest.ts";
import { Snapshots } from "../snapshot/snapshots.ts";
import { stateLayout } from "../state/codec.ts";
import {
  bytesEntry,
  ContentDigest,
  configurationName,
  type Entry,
  endName,
  format,
  type Head,
  headName,
  jsonEntry,
  pieceBytes,
  type SnapshotHead,
  sharedName,
  version,
} from "./contents.ts";
import { refuseHalfRestored } from "./mark.ts";
import { keyValues, recordsOf } from "./stored.ts";

export interface BackupOptions {
  /** Connected as core. */
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  /** See `Head`. */
  readonly settings: readonly string[];
  /** The text of the configuration file, where it is to be in it. */
  readonly configuration?: string;
  /** Told the last record that is in it and when it was begun (epoch ms), before the end is given. */
  readonly reached?: (record: number, atMs: number) => void;
}

/** @throws OperatorError, BusError, FileError; what was given until then is no backup, for its end is missing */
export async function* takeBackup(options: BackupOptions): AsyncGenerator<Entry> {
  const { bus, community, logger } = options;
  await refuseHalfRestored(bus, community);
  const snapshots = await Snapshots.open(bus, community, logger);
  const digest = new ContentDigest();
  const atMs = wallMs();
  const contents = contentsOf(options, snapshots, atMs);
  for (;;) {
    const next = await contents.next();
    if (next.done) {
      options.reached?.(next.value, atMs);
      yield jsonEntry(endName, { last: next.value, hash: digest.value() });
      return;
    }
    yield digest.through(next.value);
  }
}

/** @returns the last record */
async function* contentsOf(
  { bus, community, settings, configuration }: BackupOptions,
  snapshots: Snapshots,
  madeAtMs: number,
): AsyncGenerator<Entry, number> {
  const shared = await (await SharedStore.open(bus, community)).get();
  const head: Head = {
    format,
    v: shared === null ? 1 : version,
    community,
    madeAtMs,
    stateLayout,
    historyLayout: layoutVersion,
    settings: [...settings],
  };
  yield jsonEntry(headName, head);
  if (configuration !== undefined) {
    yield bytesEntry(configurationName, Buffer.from(configuration));
  }
  if (shared !== null) yield jsonEntry(sharedName, shared.settings);
  const files = new FileStore(bus, community);
  const filesTo = yield* filesBehind(files, 0);
  const secretsTo = yield* secretsBehind(bus, community, 0);
  yield* newestOf(snapshots);
  const { last } = await snapshots.ends();
  yield* secretsBehind(bus, community, secretsTo);
  yield* filesBehind(files, filesTo);
  const { first } = await snapshots.ends();
  for await (const { from, to, bytes } of recordsOf(bus, community, first, last)) {
    yield bytesEntry(`journal/${from}-${to}`, bytes);
  }
  if ((await snapshots.ends()).first > first) {
    throw new OperatorError("the journal was trimmed while it was read; take the backup again", 1);
  }
  return last;
}

/** @returns the place up to which all are there */
async function* filesBehind(files: FileStore, behind: number): AsyncGenerator<Entry, number> {
  let reached = behind;
  for await (const { at, file } of files.described(behind)) {
    reached = at;
    const gone: FileId[] = [];
    const bytes = bytesOf(files, file, () => gone.push(file.fileId));
    yield { name: `files/${file.fileId}`, size: file.size, bytes };
    for (const fileId of gone) yield bytesEntry(`gone/${fileId}`, new Uint8Array());
  }
  return reached;
}

type Described = NonNullable<Awaited<ReturnType<FileStore["describe"]>>>;

/** A file's bytes. One that is taken away meanwhile is filled up with nothing, for its size is told already. */
async function* bytesOf(
  files: FileStore,
  file: Described,
  gone: () => void,
): AsyncGenerator<Uint8Array> {
  let left = file.size;
  try {
    for await (const chunk of files.bytes(file, 0, file.size)) {
      left -= chunk.length;
      yield chunk;
    }
  } catch (error) {
    const isGone = error instanceof FileError && (await files.describe(file.fileId)) === null;
    if (!isGone) throw error;
    gone();
    for (; left > 0; left -= pieceBytes) yield new Uint8Array(Math.min(left, pieceBytes));
  }
}

/** @returns the place up to which all are there */
async function* secretsBehind(
  bus: Bus,
  community: CommunityId,
  behind: number,
): AsyncGenerator<Entry, number> {
  let reached = behind;
  let lines: string[] = [];
  let size = 0;
  const piece = (): Entry => {
    const entry = bytesEntry(`secrets/${reached}`, Buffer.from(lines.join("")));
    lines = [];
    size = 0;
    return entry;
  };
  for await (const { at, key, value } of keyValues(bus, secretBucket(community), behind)) {
    reached = at;
    if (isLeft(key, behind > 0)) continue;
    const line = `${JSON.stringify({ key, value: Buffer.from(value).toString("base64") })}\n`;
    lines.push(line);
    size += line.length;
    if (size >= pieceBytes) yield piece();
  }
  if (size > 0) yield piece();
  return reached;
}

/**
 * What does not belong into a backup: addresses of sessions, which are kept as long as these are, and none is open in a
 * house that is restored; and notes of later, which may speak of records that the backup does not have.
 */
function isLeft(key: string, isLater: boolean): boolean {
  return key.startsWith(sessionPrefix) || (isLater && key.startsWith("note."));
}

async function* newestOf(snapshots: Snapshots): AsyncGenerator<Entry> {
  for (const kind of snapshotKinds) {
    const entry = await snapshots.newest(kind, async (bytes, found) => {
      // The digest alone counts: what is damaged is passed over for the one before.
      for await (const _ of bytes);
      return found;
    });
    if (entry === null) continue;
    const { seq, id, at, size, hash, madeAtMs } = entry;
    const head: z.infer<typeof SnapshotHead> = { kind, seq, id, at, hash, madeAtMs };
    yield jsonEntry(`snapshots/${kind}.json`, head);
    yield { name: `snapshots/${kind}.gz`, size, bytes: snapshots.bytes(entry) };
  }
}
