/** SECURITY.md says who can do what, and every line of it names tests that exist, or says that nothing holds it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingTests, onDisk } from "./named-test.ts";

const page = onDisk("SECURITY.md") ?? "";

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
    linesOf(page).flatMap(({ held }) => missingTests(held, onDisk)),
    [],
  );
});

test("a test that is not there is found", () => {
  const file = 'test("one thing", () => {});\n  it(`$' + "{who}: another`, async () => {});";
  const read = (path: string): string | null => (path === "a.test.ts" ? file : null);
  assert.deepEqual(missingTests("[one thing](a.test.ts), [another](a.test.ts)", read), []);
  assert.deepEqual(missingTests("[another thing](a.test.ts)", read), ["a.test.ts: another thing"]);
  assert.deepEqual(missingTests("[one thing](b.test.ts)", read), ["b.test.ts: one thing"]);
});
