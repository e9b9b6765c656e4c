import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RosterUser } from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit";
import { cellsOf, readMap, writeMap } from "./people-map.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-map-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const users = [
  { userId: "u1", name: "Ada", number: 1_000_000_000, departed: false },
  { userId: "u2", name: "gone", number: 2, departed: true },
] as unknown as readonly RosterUser[];

const people = ["=1+1", "b,\"c'", "'-d", "USR:local_ada"].map((id) => ({ id, name: id }));

test("what is written is read as it was, and a suggestion alone makes nobody one", async () => {
  const path = join(folder, "people.csv");
  writeMap(path, people, () => ({ name: "Ada", why: "is called so" }));
  const text = await readFile(path, "utf8");
  assert.match(text, /^person,name,becomes,suggestion,why\r\n'=1\+1,/);
  assert.equal((await readMap(path, people, users)).size, 0);
  const filled = text.replaceAll(",,Ada,", ",ada,Ada,");
  await writeFile(path, filled);
  const map = await readMap(path, people, users);
  assert.deepEqual(
    [...map],
    people.map(({ id }) => [id, "u1"]),
  );
});

test("a number names an account, and semicolons stand between cells as well", async () => {
  const path = join(folder, "other.csv");
  await writeFile(path, "\ufeffbecomes;person\n1000000000;USR:local_ada\n;=1+1");
  assert.deepEqual([...(await readMap(path, people, users))], [["USR:local_ada", "u1"]]);
});

test("who is nobody, twice there, or of no table is told before anything is brought", async () => {
  const path = join(folder, "wrong.csv");
  for (const [text, word] of [
    ["person,becomes\r\nstranger,ada\r\n", /row 2: the source has no person/],
    ["person,becomes\r\nUSR:local_ada,gone\r\n", /row 2: the house has no account "gone"/],
    ["person,becomes\r\nUSR:local_ada,ada\r\nUSR:local_ada,ada\r\n", /row 3: .* twice/],
    ["who,whom\r\n", /first line/],
  ] as const) {
    await writeFile(path, text);
    await assert.rejects(readMap(path, people, users), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.match(error.message, word);
      return true;
    });
  }
  await assert.rejects(readMap(join(folder, "nowhere.csv"), people, users), /cannot be read/);
});

test("quoted cells hold commas, quotes and line breaks", () => {
  assert.deepEqual(cellsOf('a,"b ""c"", d\ne",\r\n"open'), [["a", 'b "c", d\ne', ""], ["open"]]);
});
