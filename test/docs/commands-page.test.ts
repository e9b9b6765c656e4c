/** `docs/commands.md` against the table, and the table against its files. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commandLoads, commandTable } from "@dragoman/bin";
import { commandsPage, commandsPagePath } from "./commands-page.ts";

const source = join(import.meta.dirname, "..", "..", "..", "bin", "src", "command");

test("the page is what the table says", async () => {
  assert.equal(readFileSync(commandsPagePath, "utf8"), await commandsPage(), "run `npm run docs`");
});

test("a command is found by its name, and in the file of its name", async () => {
  for (const [name, load] of Object.entries(commandLoads)) {
    const { command } = await load();
    assert.equal(command.name, name);
    assert.ok(existsSync(join(source, `${name.replace(" ", "/")}.ts`)), name);
  }
});

test("a command says in one line what it does, and prints JSON or says why not", async () => {
  const withoutJson = new Set(["up", "cluster", "nats-config", "completion", "test", "bench"]);
  for (const { name, summary, output } of await commandTable.loadAll()) {
    assert.match(summary, /^\S[^\n]*[^.\n]$/, name);
    assert.equal(output === null, withoutJson.has(name), name);
    const [first = "", second] = name.split(" ");
    if (second !== undefined) assert.ok(Object.hasOwn(commandTable.groups, first), name);
  }
});
