/**
 * docs/journal.md 1.6: no time of one process is compared with the clock of another, or of a later moment. So a wall clock
 * is read in one place, whoever asks for it stands here with the reason, and everything else measures by
 * `performance.now()` or is given the journal's time.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { gateways } from "./gateways.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
const packages = [
  "bus-schema",
  "service-kit",
  "gateway-kit",
  ...gateways,
  "core",
  "console",
  "import",
  "bin",
];
const home = "service-kit/src/clock.ts";

/** Who asks for the wall clock, and why that is no comparison with another's. */
const askers: Readonly<Record<string, string>> = {
  "core/src/backup/take.ts": "when a backup was taken, for whoever reads it",
  "core/src/identity/outside.ts": "what an outside service's clock says, where it tells none",
  "core/src/journal/clock.ts": "what the journal's time is drawn to, and people are shown",
  "core/src/journal/lease.ts": "whether the machine slept: a doubt, which the next renewal ends",
  "core/src/query/status.ts": "what an operator compares with another clock, to be told",
  "core/src/size-metric.ts": "how old snapshots are, for an operator",
  "core/src/snapshot/snapshots.ts":
    "what was begun and given up, an hour ago by the server's clock: of a wrong one a snapshot is made anew",
  "gateway-kit/src/clock.ts":
    "what is compared with the leader's to be told, and shown before one is heard",
  "gateway-kit/src/freshness.ts":
    "whether the machine slept: a doubt, which the next heartbeat ends",
  "service-kit/src/check-config.ts":
    "how long the certificate is good, which clients judge by their clocks",
  "service-kit/src/shared/store.ts": "when settings were put, for whoever reads their history",
  "service-kit/src/files/store.ts": "what a file's description shows as its time",
  "bin/src/house.ts": "what is compared with a core's clock, to be told",
  "bin/src/import.ts": "what another server says of times to come, which nobody is shown",
  "bin/src/up.ts": "how long the certificate is good, which clients judge by their clocks",
};

/** Every look at a wall clock that a text has. */
function looks(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
  return Array.from(
    code.matchAll(
      /\bDate\s*(?:\.\s*now|\[)|\bnew Date\s*(?:\(\s*\)|(?!\s*\())|(?<!new )\bDate\(|\btimeOrigin\b|\bwallMs\b(?!:)/g,
    ),
    ([found]) => found,
  );
}

const product = packages.flatMap((name) =>
  readdirSync(join(root, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .filter((path) => !path.split("/").includes("testing"))
    .map((path) => join(name, "src", path)),
);

test("the wall clock is asked by those alone who say why", () => {
  const found = product.filter((path) => looks(readFileSync(join(root, path), "utf8")).length > 0);
  const known = [...Object.keys(askers), home, "service-kit/src/index.ts"];
  assert.deepEqual(found.sort(), known.sort());
});

test("the wall clock is read in one place", () => {
  const direct = product.filter((path) =>
    looks(readFileSync(join(root, path), "utf8")).some((look) => look !== "wallMs"),
  );
  assert.deepEqual(direct, [home]);
});

test("a look at the clock is seen in every spelling", () => {
  for (const text of [
    "const now = Date.now();",
    'Date["now"]()',
    "new Date()",
    "new Date( )",
    "new Date;",
    "Date()",
    "const { now } = Date; Date .now",
    "performance.timeOrigin + 3",
    "wallMs() + 1",
  ]) {
    assert.ok(looks(text).length > 0, text);
  }
  for (const text of [
    "new Date(ms)",
    "Date.parse(header)",
    "Date.UTC(9000, 0)",
    "// Date.now()",
    "performance.now()",
  ]) {
    assert.deepEqual(looks(text), [], text);
  }
});
