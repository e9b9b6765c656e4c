/** `docs/operation/compared.md` against the tables: what it says that we have, we have. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commandLoads } from "@dragoman/bin";
import { coreMetricTable } from "@dragoman/core";
import { gatewayMetricTable } from "@dragoman/gateway-kit";
import { processMetricTable } from "@dragoman/service-kit";

const page = readFileSync(
  join(import.meta.dirname, "..", "..", "..", "docs", "operation", "compared.md"),
  "utf8",
);
const [, hands = "", eyes = ""] = page.split(/^## .*$/m);

/** What stands in backquotes in the last column of a table, as `find` reads it. */
function ours(part: string, find: RegExp): readonly string[] {
  const cells = [...part.matchAll(/^\|.*\| (.*) \|$/gm)].slice(2).map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(find)].map(([, name = ""]) => name));
}

test("each command that is named is one", () => {
  const named = ours(hands, /`([a-z][a-z |\\-]*(?: …)?)`/g);
  assert.ok(named.length > 30);
  const commands = Object.keys(commandLoads);
  for (const name of named) {
    const [first = "", rest] = name.replace(/ --.*/, "").split(" ", 2);
    for (const second of rest === undefined || rest === "…" ? [] : rest.split("\\|"))
      assert.ok(commands.includes(`${first} ${second}`), `${first} ${second}`);
    assert.ok(
      commands.some((command) => command.split(" ")[0] === first),
      name,
    );
  }
});

test("each metric that is named is measured", () => {
  const named = ours(eyes, /`([a-z]+_[a-z_]*)(?:\*|\{[a-z]+\})?`/g);
  assert.ok(named.length > 30);
  const names = [coreMetricTable, gatewayMetricTable, processMetricTable].flatMap((table) =>
    Object.values(table).map(({ name }) => name),
  );
  for (const name of named)
    assert.ok(
      names.some(
        (known) =>
          known === `dragoman_${name}` ||
          (name.endsWith("_") && known.startsWith(`dragoman_${name}`)),
      ),
      name,
    );
});
