/** Whether readers of both sides see the same words of a message, and if not, why. */
import type { Side } from "./golden.ts";
import type { Seen } from "./stock.ts";

type Words = Seen["unsmiled"];

/** What one side cannot say, or its client does by itself (bridge table, markup). */
interface Reason {
  readonly name: string;
  /** What is the same on both sides but for this. */
  readonly bare: (words: string) => string;
  /** It shows what is hidden. */
  readonly opens?: true;
}

/** Without what does not show, and with one blank for many: the client of 2015 shows no more. */
const plain = (words: string): string =>
  words
    .replaceAll("\u02cb", "`")
    .replace(/(?![\t\n\r])[\p{Cc}\u200b\ufeff\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/\s+/gu, " ")
    .trim();

/** Round the words themselves too, where all is shown. */
const told = /\(spoiler, select to read: ([^()]*)\)/g;
const entities: ReadonlyMap<string, string> = new Map([
  ["&lt", "<"],
  ["&gt", ">"],
  ["&amp", "&"],
  ["&copy", "©"],
  ["&nbsp", " "],
  ["&#91", "["],
  ["&#93", "]"],
  ["&#x200B", ""],
]);
const entity = new RegExp(`(?:${[...entities.keys()].join("|")});?`, "g");

const smileys = "smileys are pictures on Sock Chat";
const ownHtml = "the client of OriginChats makes HTML of a name in an address";
const placeHolders = "the client of OriginChats shows its own place holders";

const reasons: readonly Reason[] = [
  {
    name: "a spoiler says on Sock Chat that it is one",
    bare: (words) => words.replace(told, "$1"),
  },
  {
    name: "struck words keep their marks on Sock Chat",
    bare: (words) => words.replaceAll("~~", ""),
  },
  {
    name: "the client of 2015 offers to embed a picture",
    bare: (words) => words.replace(/ ?\[Embed\]/g, ""),
  },
  {
    name: "some signs of an address are written by their numbers",
    bare: (words) =>
      words.replace(/%[2-7][0-9A-F]/g, (code) =>
        String.fromCharCode(Number.parseInt(code.slice(1), 16)),
      ),
  },
  {
    name: "clients of Sock Chat read characters by their names and numbers",
    bare: (words) => {
      const next = words.replace(entity, (whole) => entities.get(whole.replace(";", "")) ?? whole);
      return next.replace(entity, (whole) => entities.get(whole.replace(";", "")) ?? whole);
    },
  },
  {
    name: "the client of OriginChats takes words in a quote for HTML",
    bare: (words) => words.replace(/<\/?[a-z][^>]*>/gi, ""),
  },
  {
    name: "an emoji that is gone has no name",
    bare: (words) => words.replace(/:(?:emoji|\d+):/g, ""),
  },
  {
    name: "an emoji is called as it is",
    bare: (words) => words.replace(/:\w+:/g, (name) => name.toLowerCase()),
  },
  {
    name: "a role is called without its sign on OriginChats",
    bare: (words) => words.replaceAll("@&", "@"),
  },
  {
    name: "where the client of OriginChats makes no link the address stands behind the words",
    bare: (words) => words.replace(/ (?:mailto|ftp):\S+/g, ""),
  },
  {
    name: "a channel that is not ours is an address on Sock Chat",
    bare: (words) => words.replace(/originChats:\/\/[^\s/]+\//g, "#"),
  },
  {
    name: "a film is its number on Sock Chat, where it is switched off",
    bare: (words) => words.replace("https://www.youtube.com/watch?v=", ""),
  },
  {
    name: "a quote stands on lines of its own on OriginChats",
    bare: (words) => words.replaceAll(" ", ""),
  },
  {
    name: "the client of 2015 knows no [s], [sjis], [bgcolor] and [audio]",
    opens: true,
    bare: (words) => words.replace(/\[\/?(?:s|audio|sjis|bgcolor(?:=\w+)?)\]/g, ""),
  },
];

const parts = (seen: Words, bare: (words: string) => string, isOpen = false): readonly string[] =>
  (isOpen ? [seen.open] : [seen.words, ...seen.hidden]).map((each) => bare(plain(each)));

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, index) => each === other[index]);

/**
 * Why readers do not see the same of a message; undefined: they do. Empty: nobody knows why they do not.
 */
export function difference({
  oc,
  sc,
}: Readonly<Record<Side, Seen>>): readonly string[] | undefined {
  if (isSame(parts(oc, plain), parts(sc, plain))) return undefined;
  if (/§[A-Z]+_\d+§/.test(oc.words)) return [placeHolders];
  if (oc.words.includes('" class="')) return [ownHtml];
  const bareSides: readonly Words[] = [oc, sc.unsmiled];
  const found = isSame(parts(sc, plain), parts(sc.unsmiled, plain)) ? [] : [smileys];
  let bare = plain;
  let isOpen = false;
  const sides = (by: (words: string) => string) => bareSides.map((side) => parts(side, by, isOpen));
  const agree = ([one = [], other = []]: readonly (readonly string[])[]): boolean =>
    isSame(one, other);
  if (agree(sides(bare))) return found;
  for (const reason of reasons) {
    const before = bare;
    const next = (words: string): string => plain(reason.bare(before(words)));
    const was = sides(before);
    isOpen ||= reason.opens === true;
    const is = sides(next);
    if (was.every((side, index) => isSame(side, is[index] ?? []))) continue;
    found.push(reason.name);
    bare = next;
    if (agree(is)) return found;
  }
  return [];
}
