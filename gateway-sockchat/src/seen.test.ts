/** What is typed in Markdown, as clients of Sock Chat read what we write for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBbcode, parseMarkdown, type Tree, textOf } from "@dragoman/bus-schema";
import { assertLinear } from "@dragoman/testing/linear";
import fc from "fast-check";
import { escapeTree } from "./text.ts";

/** The line that Sock Chat gets where all its clients know all tags. */
const line = (tree: Tree): string => escapeTree(tree, { plainEntities: true });

/** As somebody would have typed it there. */
const typedSo = (written: string): string =>
  written.replaceAll(" <br/> ", "\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">");

const piece = fc.constantFrom(
  ..."** * __ _ ~~ ` || ``` *** a b é 👩‍👩‍👧 [1] arr[i] [b] [/b] [url=x] & <b> ( ) ! : $& 2*3*4".split(
    " ",
  ),
  " ",
  // In an address it stays what it is.
  " &lt;",
  " &#91;",
  "\n",
  "\n> ",
  "\n# ",
  "\n-# ",
  "\n```\n",
  // An address goes on to the next blank.
  "[t](http://a.bc/d) ",
);
const typed = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
const isModel = process.env["DRAGOMAN_TEST_MODEL_RUNS"] !== undefined;
const chance = { numRuns: isModel ? 200_000 : 10_000 };

const same: Readonly<Record<string, string>> = {
  heading: "strong",
  codeBlock: "code",
  art: "code",
};
const signs: Readonly<Record<string, string>> = { '"': "”", "'": "’", "<": "‹", ">": "›" };

/** Each character that shows, with all that goes round it, as far as Sock Chat has it. */
function seen(tree: Tree, around: readonly string[] = []): string[] {
  return tree.flatMap((node) => {
    if (node.kind === "small") return seen(node.children, around);
    const own = node.kind === "text" ? [] : [same[node.kind] ?? node.kind];
    const kinds = [...new Set([...around, ...own])].sort();
    const words = (text: string): string[] =>
      [...text.replace(/[\s\u200b]/g, "")].map((char) => `${char} ${kinds.join()}`);
    // Of hidden words clients make a title: they have no formatting, and signs that end none.
    if (node.kind === "spoiler") {
      return words(textOf(node.children).replace(/["'<>]/g, (sign) => signs[sign] ?? sign));
    }
    if ("children" in node) return seen(node.children, kinds);
    return words("text" in node ? node.text : node.address);
  });
}

test("a reader of Sock Chat sees the same words in the same styles", () => {
  fc.assert(
    fc.property(typed, (text) => {
      const tree = parseMarkdown(text);
      assert.deepEqual(seen(parseBbcode(typedSo(line(tree)))), seen(tree), text);
    }),
    chance,
  );
});

test("what is written is written again as it was, once it has been read", () => {
  fc.assert(
    fc.property(typed, (text) => {
      const once = line(parseMarkdown(text));
      assert.equal(line(parseBbcode(typedSo(once))), once, text);
    }),
    chance,
  );
});

test("a mebibyte of Markdown takes no more time for each byte than an eighth of it", () => {
  for (const each of ["**a** ", "||a||", "[a](http://b.cd) ", "> a\n", "&lt;"]) {
    assertLinear(each, (text) => line(parseMarkdown(text)));
  }
});
