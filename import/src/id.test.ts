import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { derivedId, IdSet, keptId, NumberSet } from "./id.ts";

test("an id that is a UUID stays, in small letters; any other becomes one, the same every time", () => {
  const id = randomUUID();
  assert.equal(keptId("old", "message", id.toUpperCase()), id);
  const made = keptId("old", "message", "7");
  assert.match(made, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(keptId("old", "message", "7"), made);
  const others = [
    derivedId("older", "message", "7"),
    derivedId("old", "person", "7"),
    derivedId("old", "message", "8"),
  ];
  assert.equal(new Set([made, ...others]).size, 4);
});

test("a set of ids knows each once, however many there are", () => {
  const ids = Array.from({ length: 20_000 }, () => randomUUID());
  ids.push("00000000-0000-0000-0000-000000000000");
  const set = new IdSet();
  assert.equal(
    ids.every((id) => set.add(id)),
    true,
  );
  assert.equal(
    ids.some((id) => set.add(id)),
    false,
  );
});

test("a set of numbers knows those that were put in", () => {
  const set = new NumberSet();
  const odd = Array.from({ length: 3_000 }, (_, n) => n * 2 + 1);
  for (const n of odd) set.add(n);
  assert.deepEqual(
    Array.from({ length: 6_100 }, (_, n) => n).filter((n) => set.has(n)),
    odd,
  );
});
