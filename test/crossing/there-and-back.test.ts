/**
 * Bridge table, markup: what somebody typed, written for the other protocol, read there as if it had been typed there, and
 * written for one's own again, is seen as before, as far as both protocols can say it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBbcode, parseMarkdown, type Tree, textOf } from "@dragoman/bus-schema";
import { marked } from "@dragoman/gateway-originchats/markup";
import { tagged } from "@dragoman/gateway-sockchat/markup";
import fc from "fast-check";

const isModel = process.env["DRAGOMAN_TEST_MODEL_RUNS"] !== undefined;
const chance = { numRuns: isModel ? 200_000 : 10_000 };

/** On Sock Chat, as its people would have typed it: all its clients know all tags. */
const onSockchat = (tree: Tree): Tree =>
  parseBbcode(
    tagged(tree, { plainEntities: true })
      .replaceAll(" <br/> ", "\n")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">"),
  );
const onOriginchats = (tree: Tree): Tree => parseMarkdown(marked(tree));

/** What both protocols can say, under one name. */
const styles: ReadonlyMap<string, string> = new Map([
  ["strong", "strong"],
  ["heading", "strong"],
  ["em", "em"],
  ["strike", "strike"],
  ["quote", "quote"],
  ["code", "code"],
  ["codeBlock", "code"],
  ["art", "code"],
  ["spoiler", "spoiler"],
]);
const hiddenSigns: ReadonlyMap<string, string> = new Map([
  ['"', "”"],
  ["'", "’"],
  ["<", "‹"],
  [">", "›"],
]);

/** Each character that shows, with all that goes round it. */
function seen(tree: Tree, around: readonly string[] = []): string[] {
  return tree.flatMap((node) => {
    const style = styles.get(node.kind);
    const own = style === undefined ? around : [...new Set([...around, style])].sort();
    const words = (text: string): string[] =>
      [...text.replaceAll("ˋ", "`").replace(/[\s\u200b\ufeff]/g, "")].map(
        (char) => `${char} ${own.join()}`,
      );
    // Hidden words have no formatting on Sock Chat, and other signs there.
    if (node.kind === "spoiler") {
      const hidden = textOf(node.children);
      return words(hidden.replace(/["'<>]/g, (sign) => hiddenSigns.get(sign) ?? sign));
    }
    if ("children" in node) return seen(node.children, own);
    return words("text" in node ? node.text : node.address);
  });
}

const word = fc.constantFrom(
  ..."a b é 👩‍👩‍👧 2*3*4 snake_case __init__ # > -# - [1] arr[i] ` ``` ** * _ ~~ || & &lt; < > $& ' \" ( ) : ! @ada".split(
    " ",
  ),
  ..." \n",
);

const tags = ["b", "i", "s", "u", "code", "quote", "spoiler", "color=red"];
const { bbcode } = fc.letrec<{ bbcode: string }>((tie) => ({
  bbcode: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.array(word, { maxLength: 6 }).map((words) => words.join("")),
    fc
      .tuple(fc.constantFrom(...tags), tie("bbcode"), tie("bbcode"))
      .map(([tag, inside, after]) => `[${tag}]${inside}[/${tag.replace(/=.*/, "")}]${after}`),
  ),
}));

const marks = fc.constantFrom(
  ...[
    "**",
    "*",
    "__",
    "_",
    "~~",
    "||",
    "`",
    "\n```\n",
    "\n# ",
    "\n> ",
    "\n-# ",
    " ",
    "[b]",
    "[/b]",
  ],
);
const markdown = fc
  .array(fc.oneof(word, marks), { maxLength: 30 })
  .map((pieces) => pieces.join(""));

test("what was typed on Sock Chat is seen there as before, once it was on OriginChats", () => {
  fc.assert(
    fc.property(bbcode, (typed) => {
      const tree = parseBbcode(typed);
      assert.deepEqual(seen(onSockchat(onOriginchats(tree))), seen(tree), typed);
    }),
    chance,
  );
});

test("what was typed on OriginChats is seen there as before, once it was on Sock Chat", () => {
  fc.assert(
    fc.property(markdown, (typed) => {
      const tree = parseMarkdown(typed);
      assert.deepEqual(seen(onOriginchats(onSockchat(tree))), seen(tree), typed);
    }),
    chance,
  );
});
