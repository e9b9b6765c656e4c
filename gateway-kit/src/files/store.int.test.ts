/** The file store over a real nats-server: in pieces, by range, side by side with the standard client. */

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import type { CommunityId, FileId } from "@dragoman/bus-schema";
import { type Bus, ensureFiles, FileStore } from "@dragoman/service-kit";
import { openNats } from "@dragoman/testing/nats";
import { Objm } from "@nats-io/obj";

const community = "files" as CommunityId;
let bus: Bus;
let store: FileStore;

openNats(async (nats) => {
  bus = await nats.connect("files");
  await ensureFiles(bus, community);
  store = new FileStore(bus, community);
});

const newId = (): FileId => randomUUID() as FileId;

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function joined(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

test("a file comes back as it went in, and any range of it", async () => {
  const bytes = randomBytes(700_001);
  const fileId = newId();
  const put = await store.put(fileId, pieces(bytes, 50_000));
  const file = await store.describe(fileId);
  assert.deepEqual(file, put);
  assert.ok(file !== null && file.size === bytes.length && file.sequences.length === 6);
  assert.ok((await joined(store.bytes(file, 0, file.size))).equals(bytes));
  const edge = 128 * 1024;
  const ranges: readonly [number, number][] = [
    [0, 1],
    [edge - 1, edge + 1],
    [edge, edge * 2],
    [700_000, 700_001],
    [5, 600_000],
  ];
  for (const [from, to] of ranges) {
    assert.ok((await joined(store.bytes(file, from, to))).equals(bytes.subarray(from, to)));
  }
});

test("files that are written at once keep apart", async () => {
  const all = await Promise.all(
    [1, 2, 3].map(async (n) => {
      const bytes = randomBytes(300_000 + n);
      return { bytes, file: await store.put(newId(), pieces(bytes, 10_000)) };
    }),
  );
  for (const { bytes, file } of all) {
    assert.ok((await joined(store.bytes(file, 0, file.size))).equals(bytes));
  }
});

test("the standard client reads what is stored", async () => {
  const bytes = randomBytes(200_000);
  const fileId = newId();
  await store.put(fileId, pieces(bytes, 30_000));
  const standard = await new Objm(bus.connection).open(`FILES_${community}`);
  assert.ok(Buffer.from((await standard.getBlob(fileId)) ?? []).equals(bytes));
});

test("a file that is removed is nowhere any more", async () => {
  const fileId = newId();
  await store.put(fileId, pieces(randomBytes(10), 10));
  assert.ok((await store.names()).includes(fileId));
  assert.ok(Number(await store.sinceMs(fileId)) > 1_500_000_000_000);
  await store.remove(fileId);
  assert.equal(await store.describe(fileId), null);
  assert.equal(await store.sinceMs(fileId), null);
  assert.equal((await store.names()).includes(fileId), false);
});

test("what breaks off half-way is described nowhere", async () => {
  const fileId = newId();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield randomBytes(200_000);
    throw new Error("the sender is gone");
  }
  await assert.rejects(store.put(fileId, broken()), /the sender is gone/);
  assert.equal(await store.describe(fileId), null);
});
