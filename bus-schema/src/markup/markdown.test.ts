/** Markdown, as the stock client shows it (OriginChats part 2, 1.6). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertLinear } from "@dragoman/testing/linear";
import fc from "fast-check";
import { isPlain, parseMarkdown } from "./markdown.ts";
import { type Tree, textOf } from "./tree.ts";

const letters = {
  strong: "B",
  em: "I",
  strike: "S",
  quote: "Q",
  heading: "H",
  small: "M",
  spoiler: "X",
  underline: "U",
} as const;

/** A tree in short: `B(words)`, `C(code)`, `A(address|words)`. */
function short(tree: Tree): string {
  return tree
    .map((node) => {
      switch (node.kind) {
        case "text":
          return node.text;
        case "code":
          return `C(${node.text})`;
        case "codeBlock":
          return `K${node.language ?? ""}(${node.text})`;
        case "link":
          return `A(${node.address}|${short(node.children)})`;
        default:
          return "children" in node && node.kind in letters
            ? `${letters[node.kind as keyof typeof letters]}(${short(node.children)})`
            : node.kind;
      }
    })
    .join("");
}

const shown: readonly (readonly [string, string])[] = [
  ["**b** *i* __b__ _i_ ~~s~~ ***x*** ___y___", "B(b) I(i) B(b) I(i) S(s) B(I(x)) B(I(y))"],
  ["a*b*c a**b**c (*x*) *x*", "a*b*c aB(b)c (*x*) I(x)"],
  ["*a* b *c*", "I(a* b *c)"],
  ["*ab* c *d*", "I(ab) c I(d)"],
  ["~~a **b~~ c** d", "S(a B(b))B( c) d"],
  ["**a\nb** c __ __", "**a\nb** c B( )"],
  ["2*3*4 __init__ snake_case_x a_ _b", "2*3*4 B(init) snake_case_x a_ _b"],
  ["\\*a\\* ¯\\_(ツ)_/¯", "\\*a\\* ¯\\_(ツ)_/¯"],
  ["# h\n###### *h*\n####### no\n#no\n-# s", "H(h)\nH(*h*)\n####### no\n#no\nM(s)"],
  ["> a\n> > **b**\n>c\nd", "Q(a\nB(b))\n>c\nd"],
  ["- a\n1. b\n|x|y|", "- a\n1. b\n|x|y|"],
  ["`a **b** <c>` ``x`` `", "C(a **b** <c>) `C(x)C( )"],
  ["```js\nlet a = `x`;\n```z ```b```", "Kjs(let a = `x`;)z ``C(b)``"],
  ["||a **b**\n# c|| `d ||e|| f`", "X(a B(b)\nH(c)) C(d )X(e)C( f)"],
  [
    "[t](https://e.org/a_(b)) [x](ftp://y) [**z**](b)",
    "A(https://e.org/a_(b|t)) [x](ftp://y) [**z**](b)",
  ],
  [
    "[a b](http://x.y/c d) **[n `c`](http://x.y)** ![p](http://x.y/p.png)",
    "A(http://x.y/c%20d|a b) B(A(http://x.y|n C(c))) !A(http://x.y/p.png|p)",
  ],
  ["see [1 for the rest of it arr[0](no)", "see [1 for the rest of it arr[0](no)"],
  ["**https://a.b/c__d__** http://x_y_ '_a_'", "**https://a.b/c__d__** http://x_y_ '_a_'"],
  ["oC://h/a__b__c aB:<emoji>//h/1 **x**", "oC://h/aB(b)c aB:<emoji>//h/1 B(x)"],
];

test("each mark is what the stock client shows", () => {
  for (const [typed, wanted] of shown) assert.equal(short(parseMarkdown(typed)), wanted, typed);
});

const piece = fc.constantFrom(
  ..."* ** *** _ __ ~~ ` ``` || [ ]( ) ( > # http://a.bc/d https://x a b é 👩‍👩‍👧 <b> \\ | - -# $ ' \"".split(
    " ",
  ),
  ..."\n\n  \t\u200b\ufeff\u2028",
  "```js\n",
  "\n> ",
  "\n# ",
  "](http://a.bc/d)",
);
const typed = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
const isModel = process.env["DRAGOMAN_TEST_MODEL_RUNS"] !== undefined;
const chance = { numRuns: isModel ? 200_000 : 10_000 };

test("no word is lost and none is made up", () => {
  const words = (text: string): string => text.replace(/[^\p{L}👩👧]/gu, "");
  const known = (tree: Tree): string =>
    tree
      .map((node) => {
        if (node.kind === "link") return known(node.children) + decodeURIComponent(node.address);
        if (node.kind === "codeBlock") return (node.language ?? "") + node.text;
        return "children" in node ? known(node.children) : textOf([node]);
      })
      .join("");
  fc.assert(
    fc.property(typed, (text) => {
      assert.equal(words(known(parseMarkdown(text))), words(text));
    }),
    chance,
  );
});

test("a text that is plain is one text, and its words alone are plain", () => {
  for (const text of ["__~~__~~", "**a**", "`a`", "> a"]) assert.equal(isPlain(text), false, text);
  fc.assert(
    fc.property(typed, (text) => {
      const tree = parseMarkdown(text);
      if (isPlain(text)) assert.equal(textOf(tree), text);
      assert.ok(
        tree.every((node, index) => node.kind !== "text" || tree[index + 1]?.kind !== "text"),
      );
    }),
    chance,
  );
});

test("a mebibyte of marks takes no more time for each byte than an eighth of it", () => {
  const shapes = "* _a_ ~~ `a` ||a|| [ [a](http://b.cd)".split(" ");
  for (const each of [...shapes, "> a\n", "```\na```", "**a ~~b ", "aB:<emoji>//"]) {
    assertLinear(each, parseMarkdown);
  }
});
