/**
 * Sock Chat reference 4.1 and 4.2 as lists: what we send and know is what stands there, and all of it is tested for
 * real in this folder or in `test/crossing/`.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { noticeKeys } from "@dragoman/gateway-sockchat/bot";
import { commandNames } from "@dragoman/gateway-sockchat/slash";

/** From the compiled test up to the repository. */
const root = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
const reference = readFileSync(join(root, "docs/protocols/sockchat.md"), "utf8");

/** Part 4.1, G: never sent. */
const neverSent = new Set(["welcome", "notinchan", "ipchan"]);
/** What clients make from packets 1.#, 3, 5.0 and 5.1 themselves. */
const presence = new Set(["join", "leave", "jchan", "lchan", "kick", "flood", "timeout"]);
/** Commands of ours alone (bridge table). */
const ours = new Set(
  "token link move vote help edit reply react unreact pin unpin pins poll topic search thread roles".split(
    " ",
  ),
);

function section(from: string, to: string): string {
  return reference.slice(reference.indexOf(from), reference.indexOf(to));
}

/** The words of the tables' first column. */
function listed(text: string, word: RegExp): ReadonlySet<string> {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  return new Set(
    rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(word)].map(([, name = ""]) => name),
    ),
  );
}

function testsIn(folder: string): string {
  return readdirSync(join(root, "test", folder))
    .filter((name) => name.endsWith(".test.ts") && name !== "notice.test.ts")
    .map((name) => readFileSync(join(root, "test", folder, name), "utf8"))
    .join("\n");
}

const conformance = testsIn("conformance/sockchat");
const crossing = testsIn("crossing");
const hostile = testsIn("hostile");

const ids = [...listed(section("### 4.1", "### 4.2"), /\b([a-z]{3,})\b/g)].filter(
  (id) => id !== "id",
);
const sent = ids.filter((id) => !neverSent.has(id) && !presence.has(id));
const commands = [...listed(section("### 4.2", "## 5."), /`\/([a-z]+)/g)];

test("the notices that we send are those of the reference", () => {
  assert.deepEqual([...noticeKeys].sort(), [...sent].sort());
});

for (const key of noticeKeys) {
  test(`notice ${key} is brought about for real`, () => {
    const body = new RegExp(`["'\`/](?:[01]\\\\f)?${key}(?:\\\\f|["'\`])|\\\\f${key}\\b`);
    assert.ok(body.test(conformance) || body.test(crossing));
  });
}

test("the commands that we know are those of the reference and our own", () => {
  const unknown = new Set(["leave", "session", "hierarchy"]);
  const wanted = [...commands.filter((name) => !unknown.has(name)), ...ours];
  assert.deepEqual([...commandNames].sort(), [...new Set(wanted)].sort());
});

for (const name of commandNames) {
  test(`command /${name} is given over a real socket`, () => {
    const given = new RegExp(`/${name}\\b|"${name}"`);
    assert.ok([conformance, crossing, hostile].some((tests) => given.test(tests)));
  });
}
