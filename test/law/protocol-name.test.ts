/**
 * Core, the kits and the contract know no protocol: none of their production files names one. A comment may cite a
 * protocol's reference, in one of two forms: "OriginChats part 2, 14.1" (or "part 2, section 7") and
 * "Sock Chat reference, 3.1" (or "reference, section 7").
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");
const packages = ["core", "gateway-kit", "service-kit", "bus-schema"];

const names = /origin[\s_-]?chats?|sock[\s_-]?chat/gi;
const citations =
  /OriginChats part [123], (?:section )?\d+(?:\.\d+)*|Sock Chat reference, (?:section )?\d+(?:\.\d+)*/g;
/** A string, which is code, or a comment. What stands first is what it is. */
const pieces =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?:^[ \t]*)?\/\/.*/gm;

/** A comment as one line, less its citations. */
const uncited = (comment: string): string =>
  comment.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, " ").replaceAll(citations, "");

/** The names of protocols in a text that no citation excuses. */
function namedIn(text: string): readonly string[] {
  const stripped = text.replaceAll(pieces, (piece) =>
    /^\s*\/[/*]/.test(piece) ? uncited(piece) : piece,
  );
  return stripped.match(names) ?? [];
}

function sources(name: string): readonly string[] {
  return readdirSync(join(root, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => join(name, "src", file));
}

/** What moves a history in whosever it was: readers stand in folders of their own. */
const moving = (file: string): boolean => /^import\/src\/(?!index\.ts)[^/]+$/.test(file);

describe("the names of protocols", () => {
  it("stand in no production file of core, the kits and the contract, but in citations", () => {
    const files = [...packages.flatMap(sources), ...sources("import").filter(moving)];
    assert.ok(files.length > 150, String(files.length));
    const found = files.flatMap((file) => {
      const named = namedIn(readFileSync(join(root, file), "utf8"));
      return named.length === 0 ? [] : [`${file}: ${named.join(", ")}`];
    });
    assert.deepEqual(found, []);
  });

  it("are found wherever they stand, and citations are told from them", () => {
    for (const planted of [
      'if (session.protocol === "sockchat") return;',
      "config.originchats.port",
      "export class OriginChatsThing {}",
      "// as Sock Chat does",
      "/** OriginChats (part 1, 2.5) */",
      "/** Sock Chat part 1 */",
      'const cited = "OriginChats part 1, 2.5";',
      'const url = "http://x"; // sockchat',
      "/** The original\n * Sock\n * Chat */",
    ]) {
      assert.equal(namedIn(planted).length, 1, planted);
    }
    for (const cited of [
      "/** Names (OriginChats part 1, 2.5). */",
      "/** What it is (OriginChats\n * part 2, section 7). */",
      "// Sock Chat reference, section 7.",
      "/**\n * It goes to its site (Sock Chat reference, 3.1 to 3.4)\n */",
    ]) {
      assert.deepEqual(namedIn(cited), [], cited);
    }
  });
});
