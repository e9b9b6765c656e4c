import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silent } from "@dragoman/testing/logger";
import { Room } from "./room.ts";

const mb = 1024 * 1024;
const full = { code: "storage_full" };

function roomWith(bytes: number, bytesMax: number): Room {
  const room = new Room(silent);
  room.learn({ bytes, bytesMax });
  return room;
}

describe("the room of the journal", () => {
  it("is endless without a bound", () => {
    const room = roomWith(1_000 * mb, -1);
    assert.equal(room.refusal("message.post", false), undefined);
    assert.equal(room.share, 0);
    assert.equal(room.why, undefined);
  });

  it("is kept for what keeps order when it grows short, then for core alone", () => {
    const room = roomWith(80 * mb, 100 * mb);
    assert.equal(room.refusal("message.post", false), undefined);
    assert.equal(room.share, 0.8);
    room.stored(16 * mb);
    assert.deepEqual(room.refusal("message.post", false), full);
    assert.equal(room.refusal("moderation.ban", false), undefined);
    assert.equal(room.refusal("session.close", false), undefined);
    assert.equal(room.refusal("server.configure", false), undefined);
    assert.deepEqual(room.refusal("server.update", false), full);
    assert.match(room.why ?? "", /full: .* of 104857600 bytes/);
    room.stored(3 * mb);
    assert.deepEqual(room.refusal("moderation.ban", false), full);
    assert.equal(room.refusal("gateway.lost", true), undefined);
  });

  it("is there again once the journal was trimmed or its bound raised", () => {
    const room = roomWith(99 * mb, 100 * mb);
    room.learn({ bytes: 99 * mb, bytesMax: 200 * mb });
    assert.equal(room.why, undefined);
  });

  it("is none after an append was refused for it, until one is not", () => {
    const room = roomWith(1 * mb, 100 * mb);
    room.refused(8, "no space left on device");
    assert.deepEqual(room.refusal("session.open", false), full);
    room.learn({ bytes: 1 * mb, bytesMax: 100 * mb });
    assert.notEqual(room.why, undefined);
    room.stored(0);
    assert.equal(room.why, undefined);
  });

  it("goes by the disk under the store, and is none with nothing left until something is stored", () => {
    let freeBytes = 1_000 * mb;
    const room = new Room(silent, () => ({ freeBytes, bytes: 10_000 * mb }));
    const left = (bytes: number): boolean => {
      freeBytes = bytes;
      return room.look();
    };
    assert.equal(left(1_000 * mb), true);
    assert.equal(room.why, undefined);
    assert.equal(left(50 * mb), true);
    assert.deepEqual(room.refusal("message.post", false), full);
    assert.equal(room.refusal("moderation.ban", false), undefined);
    assert.match(room.why ?? "", /the disk of NATS is full: 50 MiB of 10000 MiB are free/);
    assert.equal(room.isTight, false);
    assert.equal(room.isDiskShort, true);
    assert.equal(left(20 * mb), true);
    assert.deepEqual(room.refusal("moderation.ban", false), full);
    assert.equal(room.isShut, false);
    assert.equal(left(1 * mb), false);
    assert.equal(room.isShut, true);
    assert.equal(left(1_000 * mb), true);
    assert.match(room.why ?? "", /the disk of NATS/);
    room.stored(0);
    assert.equal(room.why, undefined);
    assert.equal(room.isShut, false);
  });

  it("is there again once another core has stored something", () => {
    const room = roomWith(1 * mb, 100 * mb);
    room.refused(8, "no space left on device");
    room.heard(7);
    assert.match(room.why ?? "", /the disk of NATS is full/);
    room.heard(8);
    assert.equal(room.why, undefined);
  });
});
