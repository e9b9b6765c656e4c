/** Files that a source names and that are gone when it is their turn. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { test } from "node:test";
import { bringEmojis } from "./furnish.ts";
import { Places } from "./furnishing.ts";
import type { House, Present } from "./house.ts";
import { Report } from "./report.ts";
import type { Source } from "./source.ts";

test("a file that went since it was named costs itself alone", async () => {
  const given: string[] = [];
  const house = {
    storeFile: async (_: unknown, path: string) => ({ size: (await stat(path)).size, hash: "" }),
    command: async (body: { emoji: { name: string } }) => {
      given.push(body.emoji.name);
      return { ok: true, value: 1 };
    },
  } as unknown as House;
  const file = (path: string) => ({ path, mime: "image/png" });
  const emojis = [
    { id: "1", name: "gone", file: file("/nowhere/1.png") },
    { id: "2", name: "here", file: file(import.meta.filename) },
  ];
  const report = new Report();
  const source = { name: "s", emojis } as unknown as Source;
  const places = new Places();
  const of = { source, house, report, places, isFirst: true, cursors: new Map() };
  await bringEmojis(of, { emojis: [] } as unknown as Present);
  assert.deepEqual(given, ["here"]);
  assert.deepEqual(report.summary.counts["emoji"], { read: 2, brought: 1, there: 0, left: 1 });
});
