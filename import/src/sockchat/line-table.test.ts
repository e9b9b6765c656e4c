import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "libsql";
import { LineTable, type StagedLine } from "./line-table.ts";
import { stageSchema } from "./stage-schema.ts";

const line = (ord: number, weight = 0): StagedLine => ({
  ord: BigInt(ord),
  weight,
  face: null,
  channel: 1,
  text: `${ord}, weight ${weight}`,
  isAction: false,
  atMs: 1,
  editedAtMs: null,
  isDeleted: false,
  ident: null,
});

test("lines are there in the order of their ids, once each, and of two the one that weighs more", () => {
  const db = new Database(":memory:");
  db.exec(stageSchema);
  const table = new LineTable(db);
  const rising = Array.from({ length: 100 }, (_, n) => line(n * 2));
  for (const each of rising) assert.equal(table.put(each), true);
  assert.equal(table.put(line(50)), false, "it is there");
  assert.equal(table.put(line(198)), false, "it is there, and waits to be written");
  assert.equal(table.put(line(60, 1)), true, "it weighs more");
  assert.equal(table.put(line(60)), true, "it weighs less, which is no fault");
  assert.equal(table.put(line(7)), true, "it comes late");
  assert.equal(table.put(line(300)), true);
  table.flush();
  const found = db.prepare("SELECT text FROM said ORDER BY ord").raw().all() as [string][];
  const expected = [...rising, line(7), line(300)]
    .sort((a, b) => Number(a.ord - b.ord))
    .map((each) => (each.ord === 60n ? "60, weight 1" : each.text));
  assert.deepEqual(found.flat(), expected);
  db.close();
});
