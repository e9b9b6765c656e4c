/** What the reference names, read from its pages: commands, packets, error texts, routes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", "..", "..", "docs", "protocols");
const parts = ["1-connection", "2-messages", "3-community"].map((name) =>
  readFileSync(join(folder, `originchats-${name}.md`), "utf8"),
);

/** What stands between a heading and the next of the same or a higher level. */
function section(heading: string): string {
  for (const part of parts) {
    const from = part.indexOf(`\n${heading}`);
    if (from < 0) continue;
    const level = heading.split(" ")[0]?.length ?? 2;
    const end = part.slice(from + 1).search(new RegExp(`\\n#{1,${level}} `));
    return end < 0 ? part.slice(from) : part.slice(from, from + 1 + end);
  }
  throw new Error(`the reference has no section ${heading}`);
}

/** The names in backticks in the first column of a section's table. */
function firstColumn(heading: string): readonly string[] {
  const names = new Set<string>();
  for (const line of section(heading).split("\n")) {
    const [, cell = ""] = line.split("|");
    if (!line.startsWith("| ")) continue;
    for (const [, name = ""] of cell.matchAll(/`([^`]+)`/g)) names.add(name);
  }
  return [...names];
}

/** Part 1, 9.1. */
export const commands = firstColumn("### 9.1");
/** Part 1, 9.2. */
export const packets = firstColumn("### 9.2");
/** Part 3, section 14. */
export const routes = firstColumn("## 14. HTTP");

/** Sections of part 1 that hold texts in backticks: logins, errors, limits, moderation. */
const withTexts = ["### 2.3", "### 2.4", "### 2.5", "### 6.3", "## 7. Limits", "## 8. Moderation"];
/** A sentence in backticks, such as the pages of part 1 hold. */
const sentence = /`([A-Z][a-z'][^`{}\n]* [^`{}\n]*)`/g;

/**
 * Every text that is written `E"…"` or `E0"…"`, and those of part 1; `<x>` and `…` stand for what varies.
 */
export const errors: readonly string[] = [
  ...new Set([
    ...parts.flatMap((part) => [...part.matchAll(/\bE0?"([^"]+)"/g)].map(([, text = ""]) => text)),
    ...withTexts.flatMap((heading) =>
      [...section(heading).matchAll(sentence)].map(([, text = ""]) => text),
    ),
  ]),
].sort();

/** Finds a text in a source, whatever stands in its gaps; null for one that is all gap. */
export function finder(text: string): RegExp | null {
  const pieces = text.split(/<[^<>]*>|\['x'\]|'x'|…|\\n/);
  if (pieces.join("").trim().length < 6) return null;
  const literal = pieces.map((piece) =>
    piece.replace(/[*+?^${}()|[\]\\]/g, "\\$&").replace(/\./g, "\\\\?\\."),
  );
  return new RegExp(literal.join("[^\\n]{0,120}?"));
}
