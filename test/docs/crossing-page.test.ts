/** `docs/crossing.md` against the tables, and the tables against the bridge table and the tests that show it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { eventTypes } from "@dragoman/bus-schema";
import { commands } from "@dragoman/gateway-originchats/command";
import { builtIns } from "@dragoman/gateway-originchats/slash";
import { clientPackets } from "@dragoman/gateway-sockchat/inbound";
import { slashRows } from "@dragoman/gateway-sockchat/slash";
import { crossingPage, crossingPagePath, crossingTests } from "./crossing-page.ts";
import { crossingRows, wordsOf } from "./crossing-rows.ts";

const bridge = readFileSync(
  join(import.meta.dirname, "..", "..", "..", "docs", "protocols", "bridge.md"),
  "utf8",
);

/** The first cells of the heads of tables whose rows are the bridge table's; others explain. */
const heads: ReadonlySet<string> = new Set(["canonical", "right", "tree"]);

/** The names of the bridge table's rows. */
const bridgeRows: readonly string[] = bridge
  .split(/\n(?!\|)/)
  .map((block) => [...block.matchAll(/^\| (.+?) \|/gm)].map(([, cell = ""]) => cell))
  .filter(([head = ""]) => heads.has(head))
  .flatMap(([, ...cells]) => cells.map((cell) => (cell.split(/ \(|[:;,]/, 1)[0] ?? "").trim()));

/** What is in one list and not in the other, each way. */
const differ = (told: readonly string[], known: readonly string[]): readonly string[] => [
  ...told.filter((each) => !known.includes(each)).map((each) => `${each} is not there`),
  ...known.filter((each) => !told.includes(each)).map((each) => `${each} has no row`),
  ...told.filter((each, n) => told.indexOf(each) !== n).map((each) => `${each} stands twice`),
];

describe("docs/crossing.md", () => {
  it("is what the tables say (npm run docs writes it anew)", () => {
    assert.equal(readFileSync(crossingPagePath, "utf8"), crossingPage());
  });

  it("has the rows of the bridge table and no others", (t) => {
    assert.deepEqual(
      differ(
        crossingRows.map(({ row }) => row),
        bridgeRows,
      ),
      [],
    );
    t.diagnostic(`${bridgeRows.length} rows of the bridge table, ${crossingTests().size} tests`);
  });

  it("has a row for every event, command, slash command and packet of both sides", () => {
    const told = (side: "originchats" | "sockchat"): readonly string[] =>
      crossingRows.flatMap((row) => wordsOf(row[side]));
    assert.deepEqual(
      differ(
        crossingRows.flatMap(({ events = [] }) => events),
        eventTypes,
      ),
      [],
    );
    const originchats = [...commands.keys(), ...builtIns.map(({ name }) => `/${name}`)];
    assert.deepEqual(differ(told("originchats"), originchats), []);
    const sockchat = [
      ...clientPackets.map(({ id }) => id),
      ...slashRows.map(({ names: [name = ""] }) => `/${name}`),
    ];
    assert.deepEqual(differ(told("sockchat"), sockchat), []);
  });

  it("names tests that are there for every row", () => {
    const titles = crossingTests();
    const missing = crossingRows.flatMap(({ row, tests }) =>
      tests.filter((title) => !titles.has(title)).map((title) => `${row}: ${title}`),
    );
    assert.deepEqual(missing, []);
  });
});
