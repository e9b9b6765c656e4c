/** `docs/settings.md` against the schema. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { schema } from "@dragoman/bin";
import { settingsPage, settingsPagePath } from "./settings-page.ts";

test("the page is what the schema says", () => {
  assert.equal(readFileSync(settingsPagePath, "utf8"), settingsPage(), "run `npm run docs`");
});

test("every setting is in it once, with whether a running process follows it", () => {
  const rows = settingsPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  assert.deepEqual(
    rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1]),
    [...schema.keys],
  );
  for (const row of rows) assert.match(row, / \| (at once|restart) \| /);
  assert.ok(rows.some((row) => row.startsWith("| `limits.messagesPerMinute` | `60` | at once |")));
  assert.ok(rows.some((row) => row.startsWith("| `host` | `127.0.0.1` | restart |")));
});
