/**
 * A backup as a stream of bytes: a tar of its entries, and round that, on wish, a file of age (https://age-encryption.org).
 * Both can be opened without Dragoman: `age --decrypt FILE | tar --list`.
 */
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Entry } from "@dragoman/core";
import { damaged } from "@dragoman/core";
import { OperatorError } from "@dragoman/service-kit";
import { Decrypter, Encrypter } from "age-encryption";
import tar from "tar-stream";

/** How a file of age begins. */
const sealedStart = "age-encryption.org/";

/** Of what is unpacked by hand: it must never be read by others. */
const mode = 0o600;

/**
 * Makes ready to write a backup, which takes a second of nothing else where there is a passphrase: before there is a
 * connection that would be missed.
 * @param passphrase absent: not encrypted
 * @param workFactor what a try of a passphrase costs, as a power of two; absent: what age takes
 * @returns what makes bytes of entries, once
 */
export async function archiver(
  passphrase: string | undefined,
  workFactor?: number,
): Promise<(entries: AsyncIterable<Entry>) => Readable> {
  if (passphrase === undefined) return packed;
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  if (workFactor !== undefined) encrypter.setScryptWorkFactor(workFactor);
  const plain = new PassThrough();
  const sealed = fromWeb(await encrypter.encrypt(toWeb(plain)));
  return (entries) => {
    pipeline(packed(entries), plain).catch((error: Error) => sealed.destroy(error));
    return sealed;
  };
}

function packed(entries: AsyncIterable<Entry>): Readable {
  const pack = tar.pack();
  fill(pack, entries).then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  return Readable.from(pack);
}

async function fill(pack: tar.Pack, entries: AsyncIterable<Entry>): Promise<void> {
  for await (const { name, size, bytes } of entries) {
    const into = pack.entry({ name, size, mode });
    await pipeline(bytes, into as unknown as NodeJS.WritableStream);
  }
}

/**
 * Opens a backup, which takes a second of nothing else where it is encrypted: before there is a connection that would be
 * missed. @returns its entries, which throw OperatorError where it is damaged or cut off
 * @throws OperatorError for another passphrase, or none
 */
export async function entriesOf(
  source: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
): Promise<AsyncGenerator<Entry>> {
  return unpacked(await unsealed(source, passphrase));
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const plain = Readable.from(bytes);
  const extract = tar.extract();
  plain.on("error", (error) => extract.destroy(error));
  plain.pipe(extract as unknown as NodeJS.WritableStream);
  try {
    for await (const entry of extract) {
      const { name, size = 0 } = entry.header;
      yield { name, size, bytes: readable(entry) };
    }
  } catch (error) {
    throw told(error);
  }
}

async function* readable(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw told(error);
  }
}

/** Whatever goes wrong while a backup is read is a fault of the backup, unless it says otherwise. */
function told(error: unknown): unknown {
  if (error instanceof OperatorError || (error instanceof Error && "syscall" in error))
    return error;
  return damaged(error instanceof Error ? error.message : "unreadable", error);
}

async function unsealed(
  source: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const [start, whole] = await peek(source, sealedStart.length);
  if (start.toString("latin1") !== sealedStart) return whole;
  if (passphrase === undefined) {
    throw new OperatorError(
      "the backup is encrypted: give its passphrase by --passphrase-file or DRAGOMAN_BACKUP_PASSPHRASE",
      2,
    );
  }
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return fromWeb(await decrypter.decrypt(toWeb(Readable.from(whole))));
  } catch (error) {
    // What the library says of a key that opens none of its locks.
    if (error instanceof Error && error.message.startsWith("no identity matched")) {
      throw new OperatorError("the passphrase is not that of this backup", 1);
    }
    throw told(error);
  }
}

/** The first bytes of a source, and the source with them. */
async function peek(
  source: AsyncIterable<Uint8Array>,
  size: number,
): Promise<[Buffer, AsyncIterable<Uint8Array>]> {
  const pieces = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < size) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    start = Buffer.concat([start, piece.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield start;
    yield* { [Symbol.asyncIterator]: () => pieces };
  }
  return [start.subarray(0, size), whole()];
}

/** The types of Node and of the web differ, the streams do not. */
const toWeb = (stream: Readable): ReadableStream<Uint8Array> =>
  Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>;
const fromWeb = (stream: ReadableStream<Uint8Array>): Readable =>
  Readable.fromWeb(stream as unknown as Parameters<typeof Readable.fromWeb>[0]);
