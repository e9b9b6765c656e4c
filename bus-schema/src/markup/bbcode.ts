/**
 * BBCode as a stock web client reads it (Sock Chat reference, 1.3), as a tree. Names are in small letters; a tag goes from its first opening to the next end of the same name, and one that has no end, stands
 * inside its own kind or has an argument that it may not have is text. Unlike the client, `[code]` keeps the tags in
 * it as text, and tags that cross are closed and opened again, which is what browsers make of the client's HTML.
 *
 * One look from left to right. A tree is as deep as there are kinds at most, since no kind stands inside itself.
 */
import { isColor } from "../color.ts";
import { Builder, type Frame } from "./builder.ts";
import { addressOf, isFilmId, type Node, plainTree, type SpanKind, type Tree } from "./tree.ts";

/** Tags of one text that are read as such; what follows is text. */
const tagsMax = 2000;

const spans = {
  b: "strong",
  i: "em",
  u: "underline",
  s: "strike",
  quote: "quote",
  spoiler: "spoiler",
} as const satisfies Readonly<Record<string, SpanKind>>;
const colors = { color: "color", bgcolor: "background" } as const;
const media = { img: "picture", image: "picture", video: "video", audio: "audio" } as const;
const verbatim = { code: "code", sjis: "art" } as const;

const has = <T extends object>(table: T, name: string): name is Extract<keyof T, string> =>
  Object.hasOwn(table, name);

type Tag = { readonly at: number; readonly end: number } & (
  | { readonly does: "open"; readonly name: string; readonly frame: Frame }
  | { readonly does: "close"; readonly name: string }
  | { readonly does: "stand"; readonly node: Node }
);

const nameMax = 8;

const isSmallLetter = (char: string): boolean => char >= "a" && char <= "z";

/** The name that begins at `from`, if it is one of small letters. */
function nameAt(text: string, from: number): string {
  let end = from;
  while (end < from + nameMax && isSmallLetter(text.charAt(end))) end += 1;
  return text.slice(from, end);
}

/** Where the argument that begins at `from` ends; undefined: at a bracket, a line break or the text's end. */
function argumentEnd(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === "]") return at;
    if (char === "[" || char === "\n") return undefined;
  }
  return undefined;
}

class Scanner {
  readonly #text: string;
  /** Where the last end tag of each kind stands, so that nobody searches for one in vain more than once. */
  readonly #last = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The tag that begins at a bracket; undefined: the bracket is text. */
  tagAt(at: number): Tag | undefined {
    const text = this.#text;
    const isEnd = text[at + 1] === "/";
    const from = at + (isEnd ? 2 : 1);
    if (!isSmallLetter(text.charAt(from))) return undefined;
    const name = nameAt(text, from);
    const after = from + name.length;
    if (text[after] === "]") {
      const end = after + 1;
      if (isEnd) return { at, end, does: "close", name };
      if (has(spans, name)) return { at, end, does: "open", name, frame: { kind: spans[name] } };
      return has(verbatim, name) ? this.#verbatim(at, end, name) : this.#addressed(at, end, name);
    }
    if (isEnd || text[after] !== "=") return undefined;
    const close = argumentEnd(text, after + 1);
    if (close === undefined) return undefined;
    const frame = framed(name, text.slice(after + 1, close));
    return frame && { at, end: close + 1, does: "open", name, frame };
  }

  #verbatim(at: number, from: number, name: keyof typeof verbatim): Tag | undefined {
    const close = `[/${name}]`;
    const last = this.#last.get(name) ?? this.#text.lastIndexOf(close);
    this.#last.set(name, last);
    if (last < from) return undefined;
    const to = this.#text.indexOf(close, from);
    const text = this.#text.slice(from, to);
    const kind = name === "code" && text.includes("\n") ? "codeBlock" : verbatim[name];
    return { at, end: to + close.length, does: "stand", node: { kind, text } };
  }

  /** A tag around one address and nothing else. */
  #addressed(at: number, from: number, name: string): Tag | undefined {
    if (name !== "url" && !has(media, name)) return undefined;
    const close = `[/${name}]`;
    const to = this.#text.indexOf("[", from);
    if (to < 0 || !this.#text.startsWith(close, to)) return undefined;
    const typed = this.#text.slice(from, to).trim();
    const address = name === "video" && isFilmId(typed) ? typed : addressOf(typed);
    if (address === undefined) return undefined;
    const node: Node =
      name === "url" ? { kind: "link", address, children: [] } : { kind: media[name], address };
    return { at, end: to + close.length, does: "stand", node };
  }
}

function framed(name: string, argument: string): Frame | undefined {
  if (has(colors, name)) {
    const color = argument.toLowerCase().replaceAll(" ", "");
    return isColor(color) ? { kind: colors[name], color } : undefined;
  }
  const address = name === "url" ? addressOf(argument) : undefined;
  return address === undefined ? undefined : { kind: "link", address };
}

/** The tags that count, from left to right: those that stand alone, and openings with their ends. */
function tagsOf(text: string): readonly Tag[] {
  const scanner = new Scanner(text);
  const found: Tag[] = [];
  /** Tags that are open, by their names, and which of `found` have their counterpart. */
  const open = new Map<string, Tag>();
  const whole = new Set<Tag>();
  for (let at = text.indexOf("["); at >= 0 && found.length < tagsMax; ) {
    const tag = scanner.tagAt(at);
    at = text.indexOf("[", tag?.end ?? at + 1);
    if (tag === undefined) continue;
    if (tag.does === "stand") whole.add(tag);
    else if (tag.does === "open") {
      if (open.has(tag.name)) continue;
      open.set(tag.name, tag);
    } else {
      const opening = open.get(tag.name);
      if (opening === undefined) continue;
      open.delete(tag.name);
      whole.add(opening).add(tag);
    }
    found.push(tag);
  }
  return found.filter((tag) => whole.has(tag));
}

/** The tree of a text in BBCode. Linear in its length. */
export function parseBbcode(text: string): Tree {
  const builder = new Builder();
  let at = 0;
  for (const tag of tagsOf(text)) {
    builder.add(plainTree(text.slice(at, tag.at)));
    at = tag.end;
    if (tag.does === "stand") builder.add([tag.node]);
    else if (tag.does === "open") builder.open(tag.name, tag.frame);
    else builder.close(tag.name);
  }
  builder.add(plainTree(text.slice(at)));
  return builder.tree;
}
