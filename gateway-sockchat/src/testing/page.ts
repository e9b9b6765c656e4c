/**
 * What web clients make of a line: a model of the stock client (reference, parts 1.3 and 8, WEB15), with the tags of
 * the later ones, in the stock order or in any other, each step done, left out or switched off.
 */

interface Swap {
  readonly tag: string;
  /** Characters that are taken out of the argument, and of what is inside. */
  readonly argument?: RegExp;
  readonly inside?: RegExp;
  readonly html: (inside: string, argument: string) => string;
}

/** One pass over a line. */
export interface Pass {
  readonly name: string;
  readonly on: (line: string) => string;
  /** Where readers have switched it off. */
  readonly off: (line: string) => string;
}

const own = "window.open(this.href);return false;";
const link = (to: string, text: string): string => `<a href='${to}' onclick='${own}'>${text}</a>`;
const embed = (kind: string, id: string, shown: string): string =>
  `<span title='${id}'><span title='link'>${shown}</span>&nbsp;[<a href='#' onclick='Utils.Embed${kind}(this);return false;'>Embed</a>]</span>`;
const watch = "https://www.youtube.com/watch?v=";
const around =
  (open: string) =>
  (inside: string): string =>
    `<${open}>${inside}</${open.replace(/ .*/, "")}>`;

const swaps: readonly Swap[] = [
  { tag: "b", html: around("b") },
  { tag: "i", html: around("i") },
  { tag: "u", html: around("u") },
  { tag: "s", html: around("del") },
  { tag: "quote", html: around("q style='font-variant: small-caps;'") },
  { tag: "code", html: around("code style='font-size: 1.2em;'") },
  { tag: "sjis", html: around("span class='sjis'") },
  ...["color", "bgcolor"].map((tag) => ({
    tag,
    argument: /[[\];:{}<>]/g,
    html: (inside: string, argument: string) => `<span style='color:${argument};'>${inside}</span>`,
  })),
  { tag: "url", inside: /["']/g, html: (inside) => link(inside, inside) },
  { tag: "url", argument: /[[\]"']/g, html: (inside, argument) => link(argument, inside) },
  {
    tag: "video",
    inside: /[:/\\;"']/g,
    html: (id) => embed("Video", id, link(watch + id, watch + id)),
  },
  ...["img", "audio", "image"].map((tag) => ({
    tag,
    inside: /["']/g,
    html: (url: string) => embed("Image", url, link(url, url)),
  })),
  { tag: "spoiler", inside: /["']/g, html: (inside) => `<span title='${inside}'>Reveal</span>` },
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

const smileys: readonly (readonly [RegExp, string])[] = [
  [/(:\))(?![^<]*>)/g, "smile"],
  [/(:\()(?![^<]*>)/g, "sad"],
  [/(;\))(?![^<]*>)/g, "wink"],
  [/(:P|:p)(?![^<]*>)/g, "razz"],
  [/(8D)(?![^<]*>)/g, "grin"],
  [/(8O)(?![^<]*>)/g, "eek"],
  [/(;\(|:-\()(?![^<]*>)/g, "crying"],
  [/(:\*)(?![^<]*>)/g, "kiss"],
  [/(&gt;:D|&gt;:\))(?![^<]*>)/g, "devilish"],
  [/(:xp:)(?![^<]*>)/g, "xp"],
];

const smiled = (html: string): string =>
  smileys.reduce(
    (text, [sign, name]) =>
      text.replace(sign, `<img src='img/emotes/${name}.png' class='chatEmote' />`),
    html,
  );

const asIs = (line: string): string => line;

/** All passes in the order of the stock client. */
export const passes: readonly Pass[] = [
  ...swaps.map((swap) => ({
    name: swap.tag,
    on: (line: string) => swapped(line, swap, false),
    off: (line: string) => swapped(line, swap, true),
  })),
  { name: "links", on: linked, off: asIs },
  { name: "smileys", on: smiled, off: asIs },
];

// ---- what must not be there ---------------------------------------------------------------------------

const startOf = /<([a-z][^\s/>]*)/gi;
const attribute = /[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y;
const owned: Readonly<Record<string, RegExp>> = {
  href: /^(?:#$|(?:https?|ftp):\/\/|mailto:)/i,
  title: /^[^<>'"]*$/,
  style: /^(?:color:[\w#(),.%]*;|font-variant: small-caps;|font-size: 1\.2em;)$/,
  class: /^(?:chatEmote|sjis)$/,
  src: /^img\/?emotes\/?[a-z]+\.png$/,
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

/** A smiley that was made before the tag around it, which took its quotes out. */
const tamed = /<img src=img\/?emotes\/?[a-z]+\.png class=chatEmote \/?>/g;

const leftOver = /^(?:img|emotes|[a-z]+\.png')$/;

/** Attributes of a page that the client itself does not put there. */
export function strange(html: string): readonly string[] {
  const found: string[] = [];
  startOf.lastIndex = 0;
  for (let tag = startOf.exec(html); tag !== null; tag = startOf.exec(html)) {
    attribute.lastIndex = startOf.lastIndex;
    let at = startOf.lastIndex;
    for (let each = attribute.exec(html); each !== null; each = attribute.exec(html)) {
      at = attribute.lastIndex;
      const [, name = "", double, single, bare] = each;
      const value = decoded(double ?? single ?? bare ?? "").replace(tamed, "");
      // Where a smiley stands in another tag a client cuts its own tags in two: what is left of them is its own too.
      const isCut = value === "" && (tag[1] === "img<" ? name === "a" : leftOver.test(name));
      if (!isCut && owned[name]?.test(value) !== true) found.push(`${name}=${value}`);
    }
    startOf.lastIndex = at;
  }
  return found;
}
