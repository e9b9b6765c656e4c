/** What clients make of what people write: nothing but what we wrote ourselves, whatever they do in which order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBbcode, type Tree, textOf } from "@dragoman/bus-schema";
import { assertLinear } from "@dragoman/testing/linear";
import fc from "fast-check";
import { type Pass, passes, strange } from "./testing/page.ts";
import { escapeName, escapeText, escapeTree, type Html } from "./text.ts";

const formatted = (typed: string): Html => escapeTree(parseBbcode(typed));
/** For clients that do not know `[spoiler]`. */
const veiled = (typed: string): Html => escapeTree(parseBbcode(typed), { spoilers: false });

/** The stock order, or any; all passes, or some, or with some switched off. */
const client = fc
  .record({
    order: fc.oneof(
      { weight: 1, arbitrary: fc.constant(passes) },
      { weight: 2, arbitrary: fc.shuffledSubarray([...passes], { minLength: passes.length - 6 }) },
    ),
    off: fc.array(fc.constantFrom(...passes.map(({ name }) => name)), { maxLength: 4 }),
  })
  .map(({ order, off }) =>
    [...order].map((pass: Pass) => (off.includes(pass.name) ? pass.off : pass.on)),
  );

const page = (line: string, does: readonly Pass["on"][]): string =>
  does.reduce((html, pass) => pass(html), line);

const names = "b i u s quote code sjis spoiler color bgcolor url video img audio image".split(" ");
const word = fc.constantFrom(
  ...names.flatMap((name) => [`[${name}]`, `[/${name}]`, `[${name}=`]),
  ..."[color=red] [color=#8D0000] [url=http://x] [url=http://x:)y] [url='eo] [url='g] [vid eo] [im g] [/ [".split(
    " ",
  ),
  ..."] = http:// https:// :// ht tp ftp:// ' \" < > & ; : / rl] im g] col or= x :) ;( 8D >:D".split(
    " ",
  ),
  ..."onmouseover=run() 'onmouseover='run() &#39 &#39; &apos; &lt; &#x3c; javascript: &#1;javascript:".split(
    " ",
  ),
  ..." \n\t\u00a0\u200b\u0007",
);
const pair = fc.constantFrom(...names, "color=red", "url=x", "url=http://x", "bgcolor=#fff");
const { said } = fc.letrec<{ said: string }>((tie) => ({
  said: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.array(word, { maxLength: 8 }).map((words) => words.join("")),
    fc
      .tuple(pair, tie("said"), tie("said"))
      .map(([tag, inside, after]) => `[${tag}]${inside}[/${tag.replace(/=.*/, "")}]${after}`),
  ),
}));

/** A line of chat, made of what two people wrote. */
const line = fc.tuple(said, said, fc.nat(6)).map(([first, second, form]) => {
  switch (form) {
    case 0:
      return escapeText(first);
    case 1:
      return `» ${escapeName(second)}: ${escapeText(first)} <br/> ${formatted(second)}`;
    case 2:
      return `<i>${formatted(first)}</i>`;
    case 3:
      return `${escapeName(first)} and ${escapeName(second)}`;
    case 4:
      return veiled(first);
    default:
      return formatted(first);
  }
});

const isModel = process.env["DRAGOMAN_TEST_MODEL_RUNS"] !== undefined;
const chance = isModel ? { numRuns: 1_000_000 } : { numRuns: 100_000, seed: 9 };

test("nothing that people write becomes an attribute of a client's page", () => {
  fc.assert(
    fc.property(line, client, (written, does) => {
      const html = page(written, does);
      assert.deepEqual(strange(html), [], `${written} → ${html}`);
    }),
    chance,
  );
});

const ourTag = /\[(\/?)([a-z]{1,7})(?:=(?:#[0-9a-f]+|[a-z]+|(?:https?|ftp):\/\/[^\s[\]'"<>]+))?\]/y;

/** What is wrong with the tags of a line; undefined: nothing. */
function unbalanced(written: string): string | undefined {
  const open: string[] = [];
  for (let at = written.indexOf("["); at >= 0; at = written.indexOf("[", at + 1)) {
    if (/^[0-9 \]\u200b]/.test(written.slice(at + 1))) continue;
    ourTag.lastIndex = at;
    const [, end, name = ""] = ourTag.exec(written) ?? [];
    if (end === undefined || !names.includes(name)) return `a bracket at ${at}`;
    if (end === "/" && open.pop() !== name) return `an end at ${at}`;
    if (end === "" && open.includes(name)) return `one in its own kind at ${at}`;
    if (end === "") open.push(name);
  }
  return open[0];
}

test("the only tags of a line are ours: whole, one in another, none in its own kind", () => {
  fc.assert(
    fc.property(line, (written) => {
      assert.equal(unbalanced(written), undefined, written);
    }),
    chance,
  );
});

/** The words of a tree that hang below nodes which the condition accepts. */
function wordsBelow(tree: Tree, accepts: (node: Tree[number]) => boolean): string {
  return tree
    .map((node) => {
      if (!("children" in node)) return "";
      if (!accepts(node)) return wordsBelow(node.children, accepts);
      return textOf(node.children).replace(/[\s\p{C}]/gu, "");
    })
    .join("");
}

const signs: Readonly<Record<string, string>> = { '"': "”", "'": "’", "<": "‹", ">": "›" };

test("what is hidden stays so, all of it and nothing else, where clients know no tag for it", () => {
  fc.assert(
    fc.property(said, (typed) => {
      const spoiled = wordsBelow(parseBbcode(typed), ({ kind }) => kind === "spoiler");
      // Nobody can hide words by their colour: as a tag it is read with another one.
      const written = veiled(typed).replaceAll("=transparent]", "=#010101]");
      const veil = wordsBelow(
        parseBbcode(written),
        (node) => node.kind === "color" && node.color === "#010101",
      );
      assert.equal(
        veil,
        spoiled.replace(/["'<>]/g, (sign) => signs[sign] ?? sign),
        typed,
      );
    }),
    chance,
  );
  for (const [typed, shown] of [
    ["[spoiler]a[/spoiler]", "(spoiler, select to read: [color=transparent]a[/color])"],
    [
      "[color=red]x [b]y [spoiler]a[/spoiler][/b] z[/color]",
      "[color=red]x [/color][b][color=red]y [/color](spoiler, select to read: [color=transparent]a[/color])[/b][color=red] z[/color]",
    ],
  ] as const) {
    assert.equal(veiled(typed), shown);
  }
});

test("a tag behind a picture stands apart, for those who have pictures switched off", () => {
  for (const [typed, line] of [
    ["[img]http://a/b.png[/img][code]x[/code]", "[img]http://a/b.png[/img] [code]x[/code]"],
    [
      "[b][img]http://a/b.png[/img][/b][code]x[/code]",
      "[b][img]http://a/b.png[/img][/b] [code]x[/code]",
    ],
    ["[img]http://a/b.png[/img] [code]x[/code]", "[img]http://a/b.png[/img] [code]x[/code]"],
  ] as const) {
    assert.equal(formatted(typed), line);
    const html = page(
      line,
      passes.map(({ name, on, off }) => (name === "img" ? off : on)),
    );
    assert.deepEqual(strange(html), [], html);
  }
  const again = "[b]ftp://[/b][img]ftp://ht[/img][b]x[/b]";
  assert.equal(formatted(formatted(again)), formatted(again));
  assert.equal(formatted("[spoiler][code][/code][/spoiler]"), "");
});

test("what is written is read again as it was", () => {
  fc.assert(
    fc.property(said, (typed) => {
      const once = formatted(typed.replaceAll("\u0007", ""));
      const back = once.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll(" <br/> ", "\n");
      assert.equal(formatted(back), once);
    }),
    { ...chance, numRuns: chance.numRuns / 10 },
  );
});

const waysIn = [
  "[b]http://[/b][url='eo]",
  "[b][/b]https://[url='g]",
  "[b][/b][b][/b][b][/b]https://[url='onmouseover='run()rl]",
  "[b]http://[/b][b][url='g][/b]",
  "[b]https://[/b][b][url='onmouseover='run()g][/b]",
  "[b]https://x.org/[/b][url='onmouseover='run()//]",
  "[color=red' onmouseover='run()]x[/color]",
  "http://x/'onmouseover='run()",
  "h[b]t[/b]tp://x'onmouseover='run()",
  "[url=a http://x'onmouseover='run()//]x[/url]",
  "[color=[quote] onmouseover=run() [/quote]]x[/color]",
  "[url]http://[img] onmouseover=run() [/img][/url]",
  "[img][url=x onmouseover=run() ]y[/url][/img]",
  "[b]a[/b][url=x http://onmouseover=run()//]z[/url]",
  "[url]x\nhttp://onmouseover=run()[/url]",
  "[video][im:g]x&#39 onerror=&#39run()[/im:g][/video]",
  "[u[color=red][/color]rl]javascript:run()[/url]",
  "[im[video][/video]g]x&#39; onerror=&#39;run()[/img]",
  "[img]x&#39; onerror=&#39;run()[/img]",
  "[img]x<img src=x onerror=run()>[/img]",
  "[img]http://x&ltimg/src=x/onerror=run()//[/img]",
  "[url=&#1;javascript:run()]x[/url]",
  "[b]x[/b][spoiler]a http://onmouseover=run()//[/spoiler]",
  "[spoiler]<img src=x onerror=run()>[/spoiler]",
];

test("each known way into the stock client's page is closed", () => {
  const off = new Set(["color", "video"]);
  const stock = passes.map(({ on }) => on);
  const switched = passes.map((pass) => (off.has(pass.name) ? pass.off : pass.on));
  for (const typed of waysIn) {
    for (const does of [stock, switched]) {
      assert.deepEqual(strange(page(formatted(typed), does)), [], typed);
      assert.deepEqual(strange(page(escapeText(typed), does)), [], typed);
    }
    const raw = typed.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", " <br/> ");
    const ways = [...strange(page(raw, stock)), ...strange(page(raw, switched))];
    if (!typed.includes("&ltimg")) assert.notDeepEqual(ways, [], `the model does not see ${typed}`);
  }
});

test("tags and addresses that are what they say stay as they are", () => {
  for (const typed of [
    "[b]it's[/b] [i]a[/i] [u]b[/u] [s]c[/s] [code]x[0] = y[1][/code]",
    "[color=#f45dcc]x[/color] [color=red]y[/color] [color=rgb(1,2,3)]z[/color]",
    "[url]https://example.org/?a=1&b=2[/url] [url=https://example.org/a_(b)]that's it[/url]",
    "[img]https://example.org/a.png?x=1&y=2[/img] [img]https://example.org/b.png[/img]",
    "[video]dQw4w9WgXcQ[/video] [quote]x[/quote] [spoiler]y[/spoiler]",
    "[b]see [i]https://example.org/[/i] and[/b] [1] arr[0] [ ] int[] a",
    "it's at https://example.org/ isn't it, he said 'https://example.org/'",
    "javascript: a language, [b]data: 5[/b]",
  ]) {
    assert.equal(formatted(typed), typed);
  }
});

test("what is no tag is shown as it was typed", () => {
  for (const [typed, shown] of [
    ["[color=red' x='y]z[/color]", "[\u200bcolor=red' x='y]z[\u200b/color]"],
    ["http://a/'b\"c", "http://a/%27b%22c"],
    [":)http://a/'b", ":)http://a/%27b"],
    [">:Dftp://[sjis]x[/sjis]", "&gt;:Dftp://x"],
    ["[url=javascript:x]y[/url]", "[\u200burl=javascript:x]y[\u200b/url]"],
    ["[img]data:image/svg+xml,x[/img]", "[\u200bimg]data:image/svg+xml,x[\u200b/img]"],
    ["[B]x[/B] [x] done", "[\u200bB]x[\u200b/B] [\u200bx] done"],
    ["[code]a[i] = [b]b[/b][/code]", "[code]a[\u200bi] = [\u200bb]b[\u200b/b][/code]"],
    ["[b]open", "[\u200bb]open"],
    ["[b]a[b]b[/b]c[/b]", "[b]a[\u200bb]b[/b]c[\u200b/b]"],
    ["[b]a[i]b[/b]c[/i]", "[b]a[i]b[/i][/b][i]c[/i]"],
    ['[url="https://e.org/it\'s"]x[/url]', "[url=https://e.org/it%27s]x[/url]"],
    [
      "[spoiler]it's <b> &amp; http://x[/spoiler]",
      "[spoiler]it’s ‹b› &\u200bamp; http:\u200b//x[/spoiler]",
    ],
    ["http://x[spoiler]y[/spoiler]", "http://x [spoiler]y[/spoiler]"],
    ["[\u0007b]x[/b]", "[\u200bb]x[\u200b/b]"],
  ] as const) {
    assert.equal(formatted(typed), shown);
  }
  assert.equal(escapeText("[b]x[/b]"), "[\u200bb]x[\u200b/b]");
  assert.equal(escapeName("[img]x"), "&#91;img]x");
  fc.assert(
    fc.property(
      said.map((typed) => typed.replace(/["'\n\t<>\p{C}]/gu, "")),
      (typed) => assert.equal(escapeText(typed).replaceAll("\u200b", ""), typed),
    ),
  );
});

test("words of a tree lose no bracket that is no tag, and tell nothing hidden", () => {
  const words = (typed: string): string => textOf(parseBbcode(typed));
  for (const typed of [
    "see [1 for the rest of it",
    "arr[0] is wrong",
    "[note] read me",
    "- [x] done",
  ])
    assert.equal(words(typed), typed);
  assert.equal(words("[b]a[/b] [url=http://x]b[/url] [spoiler]c[/spoiler]"), "a b [spoiler]");
});

test("a mebibyte of tags takes no more time for each byte than an eighth of it", () => {
  const pieces = "[ [b] [/b] [url= [url=http://x] [code] [img] [b]a[/b] / & &lt; :) \u202e".split(
    " ",
  );
  for (const piece of [...pieces, "\n", "\u2066\u202e\u2069"]) assertLinear(piece, formatted);
});
