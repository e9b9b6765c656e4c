/** What is no good backup is refused in one sentence, and leaves nothing behind. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type FileId, journalStream, secretBucket, subject } from "@dragoman/bus-schema";
import { type Entry, restoreBackup, takeBackup } from "@dragoman/core";
import { Bus, ensureFiles, ensureJournal, FileStore, OperatorError } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { community, type NatsServer, startNats } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { archiver, entriesOf } from "./archive.ts";

const passphrase = "correct horse battery staple";
const records = ["first", "second", "third"];
const picture = Buffer.alloc(300_000, "picture");
const fileId = "0b9e4d3c-4b5c-4a7b-9c65-3b5d5b5e8f10" as FileId;

let nats: NatsServer;
let bus: Bus;
before(async () => {
  nats = await startNats();
  bus = await Bus.connect({
    url: nats.url,
    ...nats.credentials("core"),
    name: "core",
    logger: silent,
  });
  await ensureJournal(bus, community);
  await ensureFiles(bus, community);
  for (const text of records) await append(text);
  const files = new FileStore(bus, community);
  await files.put(fileId, pieces([picture]));
  const secrets = await bus.bucket(secretBucket(community), 10_000);
  await secrets.put("key.ticket", "a key");
  await secrets.put("credential.of-ada", "a hash");
  await secrets.put("address.of-a-session", "192.0.2.1");
  await secrets.put("credential.gone", "a hash");
  await secrets.delete("credential.gone");
});
after(async () => {
  await bus.close();
  await nats.stop();
});

async function append(text: string): Promise<void> {
  await bus.request(subject.journal(community), Buffer.from(text), { timeoutMs: 10_000 });
}

async function* pieces(from: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* from;
}

async function taken(secret?: string): Promise<Buffer> {
  const bytesOf = await archiver(secret, 10);
  const entries = takeBackup({ bus, community, logger: silent, settings: ["demo"] });
  const found: Uint8Array[] = [];
  for await (const piece of bytesOf(entries)) found.push(piece);
  return Buffer.concat(found);
}

async function restored(bytes: Uint8Array, secret?: string, into = community) {
  const entries = await entriesOf(pieces([bytes.subarray(0, 5), bytes.subarray(5)]), secret);
  return restoreBackup({ bus, community: into, entries, told: () => undefined });
}

async function streams(): Promise<readonly string[]> {
  const manager = await jetstreamManager(bus.connection);
  return (await manager.streams.list().next()).map(({ config }) => config.name);
}

async function empty(): Promise<void> {
  const manager = await jetstreamManager(bus.connection);
  for (const name of await streams()) await manager.streams.delete(name);
}

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

test("what is damaged, cut off, newer, of others or nothing of ours is refused", async () => {
  const [plain, sealed] = [await taken(), await taken(passphrase)];
  assert.equal(plain.includes("a hash"), false, "secrets are not in it as they are");
  await empty();
  const refuses = async (why: RegExp, work: () => Promise<unknown>): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof OperatorError, String(error));
      assert.match(error.message, why);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
    assert.deepEqual(await streams(), [], "nothing is left");
  };
  const torn = /damaged or cut off/;
  const inFile = plain.indexOf("picture");
  for (const at of [inFile, 300, plain.indexOf("journal/"), plain.indexOf("secrets/") + 520]) {
    await refuses(torn, () => restored(flipped(plain, at)));
  }
  const end = plain.indexOf("end.json");
  for (const length of [inFile, end, end - 600]) {
    await refuses(torn, () => restored(plain.subarray(0, length)));
  }
  await refuses(torn, () => restored(flipped(sealed, sealed.length >> 1), passphrase));
  await refuses(torn, () => restored(sealed.subarray(0, sealed.length >> 1), passphrase));
  await refuses(/passphrase is not that/, () => restored(sealed, "another passphrase"));
  await refuses(/is encrypted: give its passphrase/, () => restored(sealed));
  await refuses(/no backup of Dragoman|damaged/, () => restored(Buffer.alloc(4_096, "no tar")));
  await refuses(/no backup of Dragoman/, () => restored(Buffer.alloc(0)));
  const newer = Buffer.from(plain);
  newer.write("9", newer.indexOf('"v":1') + 4);
  await refuses(/a newer version of Dragoman/, () => restored(newer));
  const other = "other" as typeof community;
  await refuses(/is of community main, this house is other/, () =>
    restored(plain, undefined, other),
  );

  const { last, head } = await restored(sealed, passphrase);
  assert.equal(last, records.length);
  assert.deepEqual(head.settings, ["demo"]);
  for (const [at, text] of records.entries()) {
    const seq = Buffer.from(JSON.stringify({ seq: at + 1 }));
    const to = `$JS.API.DIRECT.GET.${journalStream(community).name}`;
    const { data } = await bus.request(to, seq, { timeoutMs: 10_000 });
    assert.equal(Buffer.from(data).toString(), text);
  }
  const files = new FileStore(bus, community);
  const file = await files.describe(fileId);
  assert.ok(file);
  const bytes: Uint8Array[] = [];
  for await (const piece of files.bytes(file, 0, file.size)) bytes.push(piece);
  assert.ok(Buffer.concat(bytes).equals(picture));
  const secrets = await bus.bucket(secretBucket(community), 10_000);
  assert.equal((await secrets.get("credential.of-ada"))?.string(), "a hash");
  for (const key of ["credential.gone", "address.of-a-session"]) {
    assert.equal(await secrets.get(key), null, key);
  }

  await assert.rejects(() => restored(plain), /community main is not empty/);
});

test("what a record names that came while the backup was taken is in it", async () => {
  const late = "c1d0a2f4-93be-4a5e-8e0d-2f6f7d4a1b11" as FileId;
  const entries: Entry[] = [];
  for await (const entry of takeBackup({ bus, community, logger: silent, settings: [] })) {
    const read: Uint8Array[] = [];
    for await (const piece of entry.bytes) read.push(piece);
    const isFirst = !entries.some(({ name }) => name.startsWith("secrets/"));
    entries.push({ ...entry, bytes: pieces(read) });
    if (!isFirst || !entry.name.startsWith("secrets/")) continue;
    const secrets = await bus.bucket(secretBucket(community), 10_000);
    await secrets.put("credential.late", "a late hash");
    await secrets.put("note.late", "told up to here");
    await new FileStore(bus, community).put(late, pieces([picture]));
    await append("that names both");
  }
  await empty();
  const { last } = await restoreBackup({
    bus,
    community,
    entries: (async function* () {
      yield* entries;
    })(),
    told: () => undefined,
  });
  assert.equal(last, records.length + 1);
  const secrets = await bus.bucket(secretBucket(community), 10_000);
  assert.equal((await secrets.get("credential.late"))?.string(), "a late hash");
  assert.equal(await secrets.get("note.late"), null, "what speaks of what may not be there");
  assert.equal((await new FileStore(bus, community).describe(late))?.size, picture.length);
});
