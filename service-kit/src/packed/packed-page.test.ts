/** Pages that go from one map to another, as between two processes: with shapes that are numbered otherwise. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PackedMap } from "./packed-map.ts";
import { type PackedPage, shapesIn } from "./packed-page.ts";
import { Packer } from "./packer.ts";

interface Person {
  readonly user: {
    readonly name: string;
    readonly tags: readonly string[];
    readonly nick?: string;
  };
  readonly departed: boolean;
  readonly note?: string;
}

const uuid = (n: number): string => `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;
const person = (n: number, more: object = {}): Person => ({
  user: { name: `name ${n}`, tags: [uuid(n), `name ${n}`], ...more },
  departed: n % 3 === 0,
  note: "x".repeat(n % 7),
});

/** What another process makes of entries: it has met other objects before. */
function pageOf(entries: Iterable<readonly [string, unknown]>): PackedPage {
  const packer = new Packer();
  packer.begin();
  packer.write([{ q: 1 }, { note: 1, q: { departed: 2 } }]);
  packer.begin();
  for (const entry of entries) {
    packer.next();
    for (const value of entry) packer.write(value);
  }
  const bytes = Buffer.from(packer.buffer.subarray(0, packer.length));
  return { bytes, shapes: shapesIn(bytes, packer.shapes) };
}

describe("a page of a packed map", () => {
  it("is taken by another map, which then changes like any, over random changes", () => {
    const act = fc.tuple(fc.nat(3), fc.nat(40), fc.nat(200));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const plain = new Map<string, Person>();
        const map = new PackedMap<string, Person>();
        for (const [what, id, length] of acts) {
          if (what === 0) {
            const entries = [0, 1, 2].map((n) => [uuid(id + n), person(id + n)] as const);
            const known = map.take(pageOf(entries));
            assert.deepEqual(
              known,
              entries.filter(([key]) => plain.has(key)),
            );
            for (const [key, value] of entries) if (!plain.has(key)) plain.set(key, value);
          } else if (what === 1) {
            assert.equal(map.delete(uuid(id)), plain.delete(uuid(id)));
          } else {
            const value = person(id, { nick: "y".repeat(length) });
            for (const each of [map, plain]) each.set(uuid(id), value);
          }
        }
        assert.deepEqual([...map], [...plain]);
        const copy = new PackedMap<string, Person>();
        for (let from = 0; from < map.places; from += 7) copy.take(map.page(from, 7));
        assert.deepEqual([...copy], [...plain]);
        for (const [key, value] of plain) assert.deepEqual(copy.get(key), value);
      }),
      { numRuns: 200 },
    );
  });

  it("holds an excerpt of each entry, however that is written", () => {
    const map = new PackedMap<string, Person>();
    map.take(pageOf([[uuid(1), person(1)]]));
    map.set(uuid(2), person(2, { nick: "n" }));
    const { note, user, departed } = person(3);
    map.set(uuid(3), { note, departed, user } as Person);
    map.set(uuid(4), person(4));
    const copy = new PackedMap<string, object>();
    const fields = ["user", "departed"] as const;
    copy.take(map.page(0, 10, { fields, more: (key) => ({ odd: key.endsWith("3"), at: null }) }));
    const expected = [1, 2, 3, 4].map((n) => {
      const { departed, user } = map.get(uuid(n)) as Person;
      return [uuid(n), { ...user, departed, odd: n === 3, at: null }];
    });
    assert.deepEqual([...copy], expected);
    assert.deepEqual([...copy.holding("name 4")], [expected[3]]);
  });

  it("takes little more room than it has bytes", () => {
    const map = new PackedMap<string, Person>();
    let sent = 0;
    for (let from = 0; from < 10_000; from += 500) {
      const some = Array.from({ length: 500 }, (_, n) => [uuid(from + n), person(n)] as const);
      const page = pageOf(some);
      sent += page.bytes.length;
      map.take(page);
    }
    assert.ok(map.bytes < sent * 1.6, `${map.bytes} of ${sent} bytes`);
  });

  it("is refused where it is damaged, and nothing of it is taken", () => {
    const { shapes, bytes } = pageOf([
      [uuid(1), person(1)],
      [uuid(2), person(2)],
    ]);
    const map = new PackedMap<string, Person>();
    assert.throws(() => map.take({ shapes, bytes: bytes.subarray(0, -3) }), RangeError);
    assert.throws(() => map.take({ shapes: shapes.slice(1), bytes }), RangeError);
    assert.equal(map.size, 0);
  });
});
