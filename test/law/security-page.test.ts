/** SECURITY.md says who can do what, and every line of it names tests that exist, or says that nothing holds it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");
const page = readFileSync(join(root, "SECURITY.md"), "utf8");

interface Line {
  readonly who: string;
  readonly may: string;
  readonly what: string;
  readonly held: string;
}

/** The lines of the table; one without a name goes on with the one before. */
function linesOf(text: string): readonly Line[] {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  let who = "";
  return rows.slice(1).map((row) => {
    const [name = "", may = "", what = "", held = ""] = row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    if (name !== "") who = name;
    return { who, may, what, held };
  });
}

/** What the tests of a file are called; of a title with variables all that stands behind the last. */
function titlesOf(source: string): readonly string[] {
  const calls = source.matchAll(
    /\b(?:describe|it|test)\(\s*(?:"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`)/g,
  );
  return Array.from(calls, ([, plain, template]) =>
    plain === undefined
      ? (template ?? "").replace(/^.*\$\{[^}]*\}:? ?/, "")
      : plain.replaceAll('\\"', '"'),
  );
}

/** The tests that a cell names and that are not there. */
function missing(held: string, read: (path: string) => string | null): readonly string[] {
  return Array.from(held.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g), ([, title = "", path = ""]) => {
    const source = /\.test\.ts$/.test(path) ? read(path) : null;
    const isThere = source !== null && titlesOf(source).includes(title);
    return isThere ? [] : [`${path}: ${title}`];
  }).flat();
}

const onDisk = (path: string): string | null =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : null;

test("every line of SECURITY.md says who can or cannot do what, and what holds it", () => {
  const lines = linesOf(page);
  assert.ok(lines.length > 40, String(lines.length));
  for (const { who, may, what, held } of lines) {
    assert.ok(who !== "" && what !== "", what);
    assert.match(may, /^(?:can|cannot)$/, what);
    assert.match(held, /^(?:\*\*not held\*\*|\[)/, what);
    if (may === "cannot") assert.match(held, /^\[/, `nothing holds: ${what}`);
  }
});

test("everybody with a credential stands in SECURITY.md", () => {
  const named = new Set(linesOf(page).map(({ who }) => who));
  for (const who of [
    ...["a stranger", "a member", "a moderator", "an owner"],
    ...["the operator, on the command line", "another account on the same machine"],
    ...[
      "a gateway's password of NATS",
      "the operator's password of NATS",
      "core's password of NATS",
    ],
    ...["a neighbour on the same NATS server", "a webhook's token", "a person's token"],
    ...["a code of `/link`", "a Sock Chat site's secret, or the site itself"],
    ...["Rotur, or who speaks in its name", "who reads the data folder or a backup"],
    ...["who listens on the wire to a gateway", "who listens on the wire to NATS"],
  ]) {
    assert.ok(named.has(who), who);
  }
});

test("every test that SECURITY.md names is there", () => {
  assert.deepEqual(
    linesOf(page).flatMap(({ held }) => missing(held, onDisk)),
    [],
  );
});

test("a test that is not there is found", () => {
  const file = 'test("one thing", () => {});\n  it(`$' + "{who}: another`, async () => {});";
  const read = (path: string): string | null => (path === "a.test.ts" ? file : null);
  assert.deepEqual(missing("[one thing](a.test.ts), [another](a.test.ts)", read), []);
  assert.deepEqual(missing("[another thing](a.test.ts)", read), ["a.test.ts: another thing"]);
  assert.deepEqual(missing("[one thing](b.test.ts)", read), ["b.test.ts: one thing"]);
});
