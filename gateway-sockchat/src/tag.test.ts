/** What a client that swaps tags by plain text search (reference, part 8, WEB15) makes of what people write. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escapeName, escapeText } from "./text.ts";

interface Swap {
  readonly tag: string;
  /** Characters that are taken out of the argument, and of what is inside. */
  readonly argument?: RegExp;
  readonly inside?: RegExp;
  readonly html: (inside: string, argument: string) => string;
  readonly canBeOff?: true;
}

const own = "window.open(this.href);return false;";
const link = (to: string, text: string): string => `<a href='${to}' onclick='${own}'>${text}</a>`;
const embed = (kind: string, id: string, shown: string): string =>
  `<span title='${id}'><span title='link'>${shown}</span>&nbsp;[<a href='#' onclick='Utils.Embed${kind}(this);return false;'>Embed</a>]</span>`;
const watch = "https://www.youtube.com/watch?v=";

const swaps: readonly Swap[] = [
  { tag: "b", html: (inside) => `<b>${inside}</b>` },
  { tag: "quote", html: (inside) => `<q style='font-variant: small-caps;'>${inside}</q>` },
  {
    tag: "color",
    argument: /[[\];:{}<>]/g,
    html: (inside, argument) => `<span style='color:${argument};'>${inside}</span>`,
    canBeOff: true,
  },
  { tag: "url", inside: /["']/g, html: (inside) => link(inside, inside) },
  { tag: "url", argument: /[[\]"']/g, html: (inside, argument) => link(argument, inside) },
  {
    tag: "video",
    inside: /[:/\\;"']/g,
    html: (id) => embed("Video", id, link(watch + id, watch + id)),
    canBeOff: true,
  },
  {
    tag: "img",
    inside: /["']/g,
    html: (url) => embed("Image", url, link(url, url)),
  },
];

function swapped(text: string, swap: Swap, isOff: boolean): string {
  const { tag, argument, inside, html } = swap;
  const open = argument === undefined ? `[${tag}]` : `[${tag}=`;
  let out = text;
  for (let at = out.indexOf(open); at >= 0; at = out.indexOf(open, at)) {
    const from = argument === undefined ? at + open.length : out.indexOf("]", at) + 1;
    const end = from === 0 ? -1 : out.indexOf(`[/${tag}]`, from - 1);
    if (end < 0) break;
    const within =
      inside === undefined ? out.slice(from, end) : out.slice(from, end).replace(inside, "");
    const given =
      argument === undefined ? "" : out.slice(at + open.length, from - 1).replace(argument, "");
    const put = isOff ? within : html(within, given);
    out = out.slice(0, at) + put + out.slice(end + tag.length + 3);
    at += put.length;
  }
  return out;
}

/** Makes links of words that start like addresses once their tags are taken off. */
function linked(html: string): string {
  const words = html.split(" ");
  words.forEach((word, index) => {
    if (word.includes("<") && !word.includes(">")) {
      words[index + 1] = `${word} ${words[index + 1]}`;
      words[index] = "";
      return;
    }
    const bare = word.replace(/(<([^>]+)>)/gi, "");
    if (/^(?:https?|ftp):\/\//.test(bare)) words[index] = link(bare, word);
  });
  return words.join(" ");
}

function shown(text: string, isOff: boolean): string {
  return linked(
    swaps.reduce((html, swap) => swapped(html, swap, isOff && swap.canBeOff === true), text),
  );
}

const startOf = /<([a-z][^\s/>]*)/gi;
const attribute = /[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y;
const owned: Readonly<Record<string, RegExp>> = {
  href: /^(?![\p{Cc}\s]*(?:javascript|data|vbscript):)/iu,
  title: /^[^<>'"]*$/,
  style: /^(?:color:[^;:'"]*;|font-variant: small-caps;)$/,
  onclick: /^(?:window\.open\(this\.href\)|Utils\.Embed(?:Video|Image)\(this\));return false;$/,
};

const byName: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  colon: ":",
};

/** As browsers read characters that stand by their number or name. */
function decoded(value: string): string {
  return value
    .replace(/&#(\d+);?/g, (_, code: string) => String.fromCodePoint(Number(code) % 0x110000))
    .replace(/&#x([0-9a-f]+);?/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16) % 0x110000),
    )
    .replace(/&(lt|gt|quot|apos|colon);/g, (all, name: string) => byName[name] ?? all);
}

/** What stands in tags and is nothing that the client itself puts there. */
function strange(html: string): readonly string[] {
  const found: string[] = [];
  for (let tag = startOf.exec(html); tag !== null; tag = startOf.exec(html)) {
    attribute.lastIndex = startOf.lastIndex;
    let at = startOf.lastIndex;
    for (let each = attribute.exec(html); each !== null; each = attribute.exec(html)) {
      at = attribute.lastIndex;
      const [, name = "", double, single, bare] = each;
      const value = decoded(double ?? single ?? bare ?? "");
      // Where an address stands right before a picture the client cuts its own tag in two.
      const cut = name === "a" && tag[1]?.endsWith("<") === true;
      if (!cut && owned[name]?.test(value) !== true) found.push(`${name}=${value}`);
    }
    startOf.lastIndex = at;
  }
  return found;
}

const word = fc.constantFrom(
  ..."[b] [/b] [quote] [/quote] [color= [color=red] [/color] [url] [/url] [url= [img] [/img] [video] [/video]".split(
    " ",
  ),
  ..."] = http:// https:// :// ht tp ' \" < > & ; : / [ [/ u rl] rl im g] vid eo] col or= x".split(
    " ",
  ),
  ..."onmouseover=run() 'onmouseover='run() &#39 &#39; &apos; &lt; &#x3c; javascript: &#1;javascript:".split(
    " ",
  ),
  " ",
  "\n",
);
const pair = fc.constantFrom("b", "quote", "color=red", "url", "url=x", "img", "video");
const { said } = fc.letrec<{ said: string }>((tie) => ({
  said: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.array(word, { maxLength: 8 }).map((words) => words.join("")),
    fc
      .tuple(pair, tie("said"), tie("said"))
      .map(([tag, inside, after]) => `[${tag}]${inside}[/${tag.replace(/=.*/, "")}]${after}`),
  ),
}));

test("nothing that people write becomes an attribute of the stock client's page", () => {
  fc.assert(
    fc.property(said, said, fc.boolean(), (first, second, isOff) => {
      for (const html of [
        escapeText(first),
        `<i>${escapeText(first)}</i>`,
        `» ${escapeName(second)}: ${escapeText(first)} <br/> ${escapeText(second)}`,
        `${escapeName(first)} and ${escapeName(second)}`,
      ]) {
        assert.deepEqual(strange(shown(html, isOff)), [], html);
      }
    }),
    { numRuns: 20_000 },
  );
});

test("each known way into the stock client's page is closed", () => {
  for (const typed of [
    "[color=red' onmouseover='run()]x[/color]",
    "http://x/'onmouseover='run()",
    "h[b]t[/b]tp://x'onmouseover='run()",
    "[url=a http://x'onmouseover='run()//]",
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
    "[url=&#1;javascript:run()]x[/url]",
  ]) {
    for (const isOff of [false, true]) {
      assert.deepEqual(strange(shown(escapeText(typed), isOff)), [], typed);
    }
    const raw = typed.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", " <br/> ");
    const ways = [...strange(shown(raw, false)), ...strange(shown(raw, true))];
    assert.notDeepEqual(ways, [], `the model does not see ${typed}`);
  }
});

test("tags and addresses that are what they say stay as they are", () => {
  for (const typed of [
    "[b]it's[/b] [i]a[/i] [code]x['y'] = a[i[0]][/code]",
    "[color=#f45dcc]x[/color] [color=red]y[/color] [color=rgb(1,2,3)]z[/color]",
    "[url]https://example.org/?a=1&b=2[/url] [url=https://example.org/a_(b)]that's it[/url]",
    '[url="https://example.org/"]x[/url] [img]https://example.org/a.png?x=1&y=2[/img]',
    "[video]dQw4w9WgXcQ[/video] [quote=Some One]x[/quote] [spoiler]y[/spoiler]",
    "it's at https://example.org/ isn't it, he said 'https://example.org/'",
  ]) {
    assert.equal(escapeText(typed), typed);
  }
});

test("what would be one is shown as it was typed", () => {
  const readable = (typed: string): string => escapeText(typed).replaceAll("\u200b", "");
  assert.equal(escapeText("[color=red' x='y]z[/color]"), "[\u200bcolor=red' x='y]z[/color]");
  assert.equal(escapeText("http://a/'b"), "http://a/%27b");
  assert.equal(escapeName("[img]x"), "&#91;img]x");
  assert.equal(escapeName("[bot]"), "[bot]");
  fc.assert(
    fc.property(
      said.filter((typed) => !/'|script|\n|<|>/.test(typed)),
      (typed) => assert.equal(readable(typed), typed),
    ),
  );
});
