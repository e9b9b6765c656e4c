/**
 * Laws of the tables over event types that the compiler cannot hold: the families stand in one order everywhere, and
 * a row that comes to nothing says why (`ignored`, `silent`).
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { commandTypes, eventTypes, families } from "@dragoman/bus-schema";
import { gateways } from "./gateways.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Files that spread the families into one table. */
const indexFiles = [
  "bus-schema/src/event/index.ts",
  "bus-schema/src/command/index.ts",
  "core/src/decider/index.ts",
  "gateway-kit/src/roster/table.ts",
  "gateway-originchats/src/event/index.ts",
  "gateway-sockchat/src/event/index.ts",
];

/** The families of each table that a file spreads together, in the order of the file. */
function spreadIn(text: string): readonly (readonly string[])[] {
  const blocks = text.matchAll(/(?:^ {2}\.\.\.[a-z]+(?:Events|Commands|Rows),\n)+/gm);
  return [...blocks].map(([block]) =>
    [...block.matchAll(/\.\.\.([a-z]+?)(?:Events|Commands|Rows),/g)].map(([, name = ""]) => name),
  );
}

const order: readonly string[] = families;
const inOrder = (names: readonly string[]): readonly string[] =>
  order.filter((family) => names.includes(family));

/** Code that gives back nothing, whatever it is given. */
const nothing = String.raw`(?:async )?(?:\([^()]*\)|\w+)(?::[^=]+)? =>\s*(?:\[\]|\{\s*\}|undefined|null|false|"nothing"|\{\s*return(?: \[\])?;\s*\})`;
const nothingNamed = new RegExp(String.raw`const (\w+)(?::[^=]+(?:=>[^=]+)?)? = ${nothing}`, "g");

/** The rows of events in a file that come to nothing and do not say why. */
function bareRows(text: string): readonly string[] {
  const named = [...text.matchAll(nothingNamed)].map(([, name = ""]) => name);
  const row = new RegExp(
    String.raw`"([a-z]+\.[a-z]+)":\s*(?:${[nothing, ...named].join("|")})\s*[,}]`,
    "g",
  );
  const known: readonly string[] = eventTypes;
  return [...text.matchAll(row)]
    .map(([, type = ""]) => type)
    .filter((type) => known.includes(type));
}

function sources(): readonly string[] {
  return ["core", "gateway-kit", ...gateways].flatMap((name) =>
    readdirSync(join(root, name, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => `${name}/src/${file}`),
  );
}

describe("the tables of events", () => {
  it("are of families that stand in the list", () => {
    const used = [...eventTypes, ...commandTypes].map((type) => type.split(".")[0]);
    assert.deepEqual([...new Set(used)].sort(), [...families].sort());
  });

  it("spread the families in the order of the list", () => {
    for (const file of indexFiles) {
      const tables = spreadIn(read(file));
      assert.ok(tables.length > 0, `${file} spreads no families`);
      for (const names of tables) {
        const listed = names.filter((name) => order.includes(name));
        assert.deepEqual(listed, inOrder(listed), file);
      }
    }
  });

  it("have a reason for every row that comes to nothing", () => {
    const found = sources().flatMap((file) =>
      bareRows(read(file)).map((type) => `${file}: ${type}`),
    );
    assert.deepEqual(found, []);
  });

  it("would not get away with a bare row", () => {
    for (const row of [
      "() => []",
      "(_event, _commit, view) => []",
      "({ message }) => []",
      "() => {}",
      "event => undefined",
      "() => { return []; }",
      "() => { return; }",
      '() => "nothing"',
    ]) {
      assert.deepEqual(bareRows(`const rows = { "message.posted": ${row} };`), ["message.posted"]);
      const named = `const untold = ${row};\nconst rows = { "message.posted": untold, };`;
      assert.deepEqual(bareRows(named), ["message.posted"]);
    }
    const typed = `const untold = (): readonly Out[] => [];\nconst rows = { "pin.added": untold };`;
    assert.deepEqual(bareRows(typed), ["pin.added"]);
    const told = `{ "pin.added": (event) => [to(event)], "pin.removed": silent("why") }`;
    assert.deepEqual(bareRows(told), []);
  });
});
