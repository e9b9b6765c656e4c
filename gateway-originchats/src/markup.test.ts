/** What is typed in BBCode, as the stock client of OriginChats reads what we write for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBbcode, parseMarkdown, type Tree } from "@dragoman/bus-schema";
import { assertLinear } from "@dragoman/testing/linear";
import fc from "fast-check";
import { marked } from "./markup.ts";

const written = (typed: string): string => marked(parseBbcode(typed));

/** `◦` is a space of no width, `•` a blank of no width. */
const inShort = (text: string): string => text.replaceAll("\u200b", "◦").replaceAll("\ufeff", "•");

test("each tag has its mark, and what has none keeps its words", () => {
  for (const [typed, wanted] of [
    ["[b]b[/b] [i]it[/i] [s]s[/s] [u]u[/u] [color=red]c[/color]", "**b** _it_ ~~s~~ u c"],
    ["a[i]it[/i]c [b][i]both[/i][/b] [i]x[/i]", "a•_it_•c **•_both_•** _x◦_"],
    ["[b]a[i]bc[/b]de[/i]", "**a•_bc_•**•_de_"],
    ["[b]a\nb[/b]", "**a**\n**b**"],
    ["[code]x[0] = **y**[/code]", "`x[0] = **y**`"],
    ["[code]a\n  b[/code]", "```\na\n  b\n```"],
    ["[code]a || b || `c`[/code]", "```\na || b || `c`\n```"],
    ["[sjis]  (^_^)[/sjis]", "```\n  (^_^)\n```"],
    ["[quote]a\nb[/quote]c", "> a\n> b\nc"],
    ["a [quote][b]<b> &amp; $&[/b][/quote]\nc", "a \n> **<◦b> &◦amp; $◦&**\nc"],
    ["[spoiler]it was [b]olga[/b] || x[/spoiler]!", "||it was **olga** |◦| x||!"],
    [
      "[url=https://e.org/a_(b)]t[/url] [url]https://e.org/[/url]",
      "[t](https://e.org/a_%28b%29) https://e.org/",
    ],
    ["[url=https://e.org/]a [b]b[/b][/url]", "[a ](https://e.org/)**[b](https://e.org/)**"],
    [
      "[url=mailto:a@b.cd]mail[/url]. [url=https://e.org/]x[0][/url]",
      "mail mailto:a@b.cd. x[0] https://e.org/",
    ],
    ["[img]https://e.org/a.png[/img]!", "https://e.org/a.png•!"],
    ["[video]dQw4w9WgXcQ[/video]", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"],
    ["[b]see https://e.org/[/b]", "**see https://e.org/•**"],
    ["[i]http://_```[/i]", "_http://_◦•ˋˋˋ_"],
  ] as const) {
    assert.equal(inShort(written(typed)), wanted, typed);
  }
});

test("what would be formatting and is none is words", () => {
  for (const [typed, wanted] of [
    ["2*3*4 snake_case_x ¯\\_(ツ)_/¯ a * b :* 8D", "2*3*4 snake_case_x ¯\\_(ツ)_/¯ a * b :* 8D"],
    ["__init__ and **kwargs", "◦_◦_init_◦_ and ◦*◦*kwargs"],
    ["# no heading", "◦# no heading"],
    ["a\n> no quote\n-# small", "a\n◦> no quote\n◦-# small"],
    ["<nick> hi [1] arr[0](x)", "<nick> hi [1] arr[0]◦(x)"],
    ["a *b* _c_", "a ◦*b* ◦_c_"],
    ["`a` ~~b~~ ||c||", "ˋaˋ ~◦~b~◦~ |◦|c|◦|"],
    ["one ` and one **", "one ` and one **"],
    ["https://e.org/a__b__c?x=*y*", "https://e.org/a__b__c?x=*y*"],
    ["see [b]x[/b] 2*3*4 `", "see **x** 2*3*4 `"],
  ] as const) {
    assert.equal(inShort(written(typed)), wanted, typed);
  }
});

const piece = fc.constantFrom(
  ..."* ** *** _ __ ___ ~~ ~ ` `` ``` || | # - > >> < <b> & &amp; $ $& $' ' \" [ ] ( ) ]( [1] \\ /".split(
    " ",
  ),
  ..."a b 2*3*4 snake_case [u] [/u] [b] [/i] [color=red] [/color] @ada é 👩‍👩‍👧".split(" "),
  ...["\n", " ", "\u200b", "\ufeff", "# ", "> ", "-# ", "- "],
);
const address = fc.constantFrom(
  "http://a.b/c",
  "https://ab.c/d_e",
  "http://",
  "originChats://h/g",
  "[url]http://x.yz/a_(b)[/url]",
  "[img]http://x.yz/a.png[/img]",
);
const tags = ["b", "i", "s", "u", "code", "quote", "spoiler", "color=red"];
const links = ["url=http://x.yz/(a)", "url=mailto:a@b.cd"];

/** What people type, of these words and tags. */
const saidOf = (word: fc.Arbitrary<string>, names: readonly string[]): fc.Arbitrary<string> =>
  fc.letrec<{ said: string }>((tie) => ({
    said: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.array(word, { maxLength: 6 }).map((words) => words.join("")),
      fc
        .tuple(fc.constantFrom(...names), tie("said"), tie("said"))
        .map(([tag, inside, after]) => `[${tag}]${inside}[/${tag.replace(/=.*/, "")}]${after}`),
    ),
  })).said;

const isModel = process.env["DRAGOMAN_TEST_MODEL_RUNS"] !== undefined;
const chance = { numRuns: isModel ? 200_000 : 10_000 };

test("what is written is written again as it was, once it has been read", () => {
  fc.assert(
    fc.property(
      saidOf(fc.oneof({ weight: 8, arbitrary: piece }, address), [...tags, ...links]),
      (typed) => {
        const once = written(typed);
        assert.equal(inShort(marked(parseMarkdown(once))), inShort(once), typed);
      },
    ),
    chance,
  );
});

const unsayable = new Set(["underline", "color", "background", "text"]);

/** Each character that shows, with all that goes round it. */
function seen(tree: Tree, around: readonly string[] = []): string[] {
  return tree.flatMap((node) => {
    const kind = node.kind === "codeBlock" || node.kind === "art" ? "code" : node.kind;
    const styles = unsayable.has(kind) ? around : [...new Set([...around, kind])].sort();
    if ("children" in node) return seen(node.children, styles);
    const text = "text" in node ? node.text : node.address;
    // Lines, and what stands for a mark of code, may be others.
    return [...text.replaceAll("ˋ", "`").replace(/[\n\u200b\ufeff]/g, "")].map(
      (char) => `${char} ${styles.join()}`,
    );
  });
}

test("a reader sees the same words in the same styles", () => {
  fc.assert(
    fc.property(saidOf(piece, tags), (typed) => {
      assert.deepEqual(seen(parseMarkdown(written(typed))), seen(parseBbcode(typed)), typed);
    }),
    chance,
  );
});

test("Markdown that was read and written is seen as before", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const tree = parseMarkdown(pieces.join(""));
      assert.deepEqual(seen(parseMarkdown(marked(tree))), seen(tree));
    }),
    chance,
  );
});

test("a mebibyte takes no more time for each byte than an eighth of it", () => {
  for (const each of [
    "*",
    "[b]a[/b]",
    "[i]",
    "_a ",
    "http://a_",
    "http://a` ",
    "[code]`[/code]",
    "[quote]a[/quote]",
    "[ ](",
    "\u202e\u2069",
  ]) {
    assertLinear(each, written);
  }
});
