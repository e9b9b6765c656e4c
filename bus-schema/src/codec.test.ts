/** Bytes to values and back: nothing that is foreign gets through, nothing of our own is lost. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { decode, decodeBatch, encode } from "./codec.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const Shape = z.object({ v: z.literal(1), name: z.string().max(5) });

describe("decode", () => {
  it("gives back what was encoded", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 4, unit: "binary-ascii" }), (text) => {
        const name = `${text}é`;
        const decoded = decode(Shape, encode({ v: 1, name }));
        assert.deepEqual(decoded, { ok: true, value: { v: 1, name } });
      }),
    );
  });

  it("keeps unknown fields out", () => {
    const decoded = decode(Shape, bytes('{"v":1,"name":"ada","admin":true}'));
    assert.deepEqual(decoded, { ok: true, value: { v: 1, name: "ada" } });
  });

  it("says which field is wrong", () => {
    const decoded = decode(Shape, bytes('{"v":1,"name":"too long"}'));
    assert.ok(!decoded.ok);
    assert.match(decoded.why, /^name: /);
  });

  it("gives a reason for whatever bytes there are, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (any) => {
        const decoded = decode(Shape, any);
        assert.ok(!decoded.ok && decoded.why !== "");
      }),
    );
  });

  it("makes text well formed, which JSON need not be", () => {
    const decoded = decode(Shape, bytes('{"v":1,"name":"a\\ud800b"}'));
    assert.deepEqual(decoded, { ok: true, value: { v: 1, name: "a\ufffdb" } });
  });

  it("takes no text that is not UTF-8", () => {
    const broken = Uint8Array.of(...bytes('{"v":1,"name":"'), 0xff, ...bytes('"}'));
    assert.equal(decode(Shape, broken).ok, false);
  });
});

const cause = { commandId: "test.1", actor: "leader" };
const started = { type: "leader.started", coreId: "one" };
const record = (...commits: unknown[]): Uint8Array =>
  encode({ v: 2, id: "r2", term: 1, prev: "r1", at: 5, commits });

describe("decodeBatch", () => {
  it("gives back a whole record", () => {
    const decoded = decodeBatch(record({ cause, events: [started] }));
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value.unknown, []);
    assert.deepEqual(decoded.value.batch.commits, [{ cause, events: [started] }]);
  });

  it("leaves out events of a newer version and names them; the others keep their order", () => {
    const newer = { type: "message.translated", to: "fr" };
    const second = { ...started, coreId: "two" };
    const decoded = decodeBatch(
      record({ cause, events: [started, newer, second] }, { cause, events: [newer] }),
    );
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value.unknown, ["message.translated", "message.translated"]);
    assert.deepEqual(decoded.value.batch.commits, [
      { cause, events: [started, second] },
      { cause, events: [] },
    ]);
    assert.deepEqual([decoded.value.batch.id, decoded.value.batch.prev], ["r2", "r1"]);
  });

  it("takes no name of an object's own for an event that it knows", () => {
    for (const type of ["constructor", "toString", "__proto__"]) {
      const decoded = decodeBatch(record({ cause, events: [{ type }] }));
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value.unknown, [type]);
    }
  });

  it("refuses a known event of a wrong shape, also beside one of a newer version", () => {
    const wrong = { type: "leader.started" };
    assert.equal(decodeBatch(record({ cause, events: [wrong] })).ok, false);
    const newer = { type: "message.translated" };
    assert.equal(decodeBatch(record({ cause, events: [newer, wrong] })).ok, false);
  });

  it("refuses a record without commits, of another version, or that is none", () => {
    assert.equal(decodeBatch(record()).ok, false);
    assert.equal(
      decodeBatch(
        encode({
          v: 1,
          id: "r2",
          term: 1,
          prev: "r1",
          at: 5,
          commits: [{ cause, events: [started] }],
        }),
      ).ok,
      false,
    );
    assert.equal(decodeBatch(bytes("{}")).ok, false);
    assert.equal(decodeBatch(bytes("no JSON")).ok, false);
  });
});
