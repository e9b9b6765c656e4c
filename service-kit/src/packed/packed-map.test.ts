import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PackedMap } from "./packed-map.ts";

const uuid = (n: number): string => `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.uuid(),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString("base64url")),
  fc.constantFrom("", "online", "A".repeat(43), "0".repeat(36)),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.maxSafeInteger(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(fc.constantFrom("name", "handle", "roleIds", "status"), tie("value")),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}));

describe("a packed map", () => {
  it("gives every value back, whether it is kept as it was read or not", () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const map = new PackedMap<number, unknown>(values.entries());
        // What is iterated over is read from the bytes.
        for (const [key, read] of map) {
          assert.deepEqual(plain(read), plain(values[key]));
          assert.equal(map.get(key), map.get(key));
        }
        assert.equal(map.size, values.length);
      }),
    );
  });

  it("is a map, over random changes", () => {
    const act = fc.tuple(fc.nat(9), fc.nat(60), fc.nat(400));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 400 }), (acts) => {
        const plainMap = new Map<string, string[]>();
        const packed = new PackedMap<string, string[]>();
        for (const [what, id, length] of acts) {
          if (what < 3) assert.equal(packed.delete(uuid(id)), plainMap.delete(uuid(id)));
          else if (what < 9) {
            for (const map of [plainMap, packed]) map.set(uuid(id), ["x".repeat(length), uuid(id)]);
          } else if (length === 0) for (const map of [plainMap, packed]) map.clear();
          assert.equal(packed.size, plainMap.size);
          assert.equal(packed.has(uuid(length)), plainMap.has(uuid(length)));
          assert.deepEqual(packed.get(uuid(id)), plainMap.get(uuid(id)));
        }
        assert.deepEqual([...packed], [...plainMap]);
        assert.deepEqual(packed, new PackedMap(plainMap));
        for (const id of plainMap.keys()) {
          const found = [...packed.holding(id)].filter(([key]) => key === id);
          assert.deepEqual(found, [[id, plainMap.get(id)]]);
        }
        const some = acts.map(([, id]) => uuid(id));
        assert.deepEqual(
          packed.inOrder(some),
          [...plainMap.keys()].filter((key) => some.includes(key)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("finds what holds a number", () => {
    const map = new PackedMap<string, { readonly number: number }>();
    for (let n = 0; n < 3_000; n += 1) map.set(uuid(n), { number: 1_000_000_000 + n });
    const found = [...map.holding(1_000_002_017)].filter(
      ([, each]) => each.number === 1_000_002_017,
    );
    assert.deepEqual(found, [[uuid(2_017), { number: 1_000_002_017 }]]);
  });

  it("is not equal to one with another value", () => {
    assert.notDeepEqual(new PackedMap([["a", { b: 1 }]]), new PackedMap([["a", { b: 2 }]]));
  });

  it("keeps its order and gives its room back while entries come and go", () => {
    const map = new PackedMap<string, string>();
    const most = 2_000;
    let bytes = 0;
    for (let n = 0; n < 40 * most; n += 1) {
      map.set(uuid(n), "x".repeat(n % 97));
      if (n >= most) map.delete(uuid(n - most));
      if (n === 4 * most) bytes = map.bytes;
    }
    assert.equal(map.size, most);
    assert.deepEqual(
      [...map.keys()],
      Array.from({ length: most }, (_, n) => uuid(39 * most + n)),
    );
    assert.ok(map.bytes <= bytes * 1.5, `${map.bytes} bytes, at first ${bytes}`);
  });

  it("finds a key behind many that were deleted", () => {
    const map = new PackedMap<string, number>();
    for (let n = 0; n < 50_000; n += 1) {
      map.set(uuid(n), n);
      map.delete(uuid(n));
    }
    map.set("here", 1);
    for (let n = 0; n < 1_000; n += 1) assert.ok(!map.has(uuid(n)));
    assert.deepEqual([...map], [["here", 1]]);
    assert.ok(map.bytes < 16_384, `${map.bytes} bytes`);
  });

  it("may be changed and shortened while it is read, and says so when keys are added", () => {
    const map = new PackedMap<number, number>([1, 2, 3, 4].map((n) => [n, n]));
    for (const [key, n] of map)
      if (n % 2 === 0) map.delete(key);
      else map.set(key, n * 1_000);
    assert.deepEqual(
      [...map],
      [
        [1, 1_000],
        [3, 3_000],
      ],
    );
    assert.throws(() => {
      for (const [key] of map) {
        for (let n = 0; n < 50; n += 1) {
          map.set(key + 10 + n, n);
          map.delete(key + 10 + n);
        }
      }
    }, /keys were added/);
  });

  it("refuses what it could not give back", () => {
    const map = new PackedMap<string, unknown>();
    for (const bad of [undefined, 1n, () => 1, [undefined]]) {
      assert.throws(() => map.set("a", bad), TypeError);
    }
    map.set("a", { b: undefined, c: 1 });
    assert.deepEqual([...map.values()], [{ c: 1 }]);
  });

  it("holds an entry of an account in a fraction of what the heap takes", () => {
    const map = new PackedMap<string, object>();
    const roleIds = [randomUUID()];
    const count = 10_000;
    for (let n = 0; n < count; n += 1) {
      const userId = randomUUID();
      const name = `person${n}`;
      const status = { status: "online", text: "" };
      map.set(userId, { user: { userId, name, handle: name, roleIds, status }, epoch: 0 });
    }
    assert.ok(map.bytes / count < 130, `${map.bytes / count} bytes each`);
  });
});

/** Maps by their entries: doubles that are the same are not always equal. */
function plain(of: unknown): unknown {
  if (of instanceof Map) return [...of].map(([key, item]) => [key, plain(item)]);
  if (Array.isArray(of)) return of.map(plain);
  if (typeof of !== "object" || of === null) return of;
  return Object.fromEntries(Object.entries(of).map(([key, item]) => [key, plain(item)]));
}
