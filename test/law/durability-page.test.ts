/** docs/durability.md says for each fault what is kept and what may be lost, and which tests show it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingTests, onDisk } from "./named-test.ts";

const page = onDisk("docs/durability.md") ?? "";

interface Line {
  readonly fault: string;
  readonly kept: string;
  readonly lost: string;
  readonly shown: string;
}

const lines: readonly Line[] = page
  .split("\n")
  .filter((line) => /^\| (?!fault|---)/.test(line) && line.split("|").length === 6)
  .map((row) => {
    const [fault = "", kept = "", lost = "", shown = ""] = row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return { fault, kept, lost, shown };
  });

test("every line of docs/durability.md says what is kept, what may be lost, and what shows it", () => {
  assert.ok(lines.length > 15, String(lines.length));
  for (const { fault, kept, lost, shown } of lines) {
    assert.ok(kept !== "" && lost !== "", fault);
    assert.match(shown, /^(?:\*\*not tested\*\*: |\[)/, fault);
  }
});

test("every test that docs/durability.md names is there", () => {
  // Seen from the folder that the page is in.
  const read = (path: string): string | null =>
    path.startsWith("../") ? onDisk(path.slice("../".length)) : null;
  assert.deepEqual(
    lines.flatMap(({ shown }) => missingTests(shown, read)),
    [],
  );
});
