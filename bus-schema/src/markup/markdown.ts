/**
 * Markdown as its stock client shows it (OriginChats part 2, section 1.6), as a tree. The client takes one kind of mark after the
 * other out of the text, so what is taken first wins, wherever it begins: emoji, blocks of code, spoilers, code, links,
 * addresses, then lines, then emphasis. There is no escape, and there are no lists and tables: these are words.
 *
 * Each pass looks once from left to right, and fills what it takes with a letter, so that places stay what they are.
 */
import { emphasisOf } from "./emphasis.ts";
import { addressOf, type Node, plainTree, type Tree } from "./tree.ts";

/** What a pass has taken out of the text. */
interface Taken {
  readonly at: number;
  readonly end: number;
  readonly nodes: Tree;
}

/** A text, the same with what was taken filled, and what was taken, from left to right. */
interface Page {
  readonly text: string;
  readonly filled: string;
  readonly taken: readonly Taken[];
}

/** What a pass finds; its nodes are made of what earlier passes took in it. */
interface Found {
  readonly at: number;
  readonly end: number;
  readonly nodes: (inside: readonly Taken[]) => Tree;
}

const filler = "x";

/** The page without what was found, which is in order and apart. */
function without(page: Page, found: readonly Found[]): Page {
  if (found.length === 0) return page;
  const taken: Taken[] = [];
  const earlier = page.taken[Symbol.iterator]();
  let each = earlier.next();
  let filled = "";
  let from = 0;
  for (const { at, end, nodes } of found) {
    for (; each.done !== true && each.value.at < at; each = earlier.next()) taken.push(each.value);
    const inside: Taken[] = [];
    for (; each.done !== true && each.value.at < end; each = earlier.next()) {
      inside.push(each.value);
    }
    taken.push({ at, end, nodes: nodes(inside) });
    filled += page.filled.slice(from, at) + filler.repeat(end - at);
    from = end;
  }
  for (; each.done !== true; each = earlier.next()) taken.push(each.value);
  return { text: page.text, filled: filled + page.filled.slice(from), taken };
}

/** Puts nodes behind others; a call takes no thousands of arguments. */
function append(nodes: Node[], more: Tree): void {
  for (const node of more) nodes.push(node);
}

/** A part of a text: its words as `words` makes nodes of them, and what was taken, in its place. */
function partOf(
  text: string,
  { at, end }: { readonly at: number; readonly end: number },
  inside: readonly Taken[],
  words: (text: string) => Tree = plainTree,
): Tree {
  const nodes: Node[] = [];
  let from = at;
  for (const taken of inside) {
    append(nodes, words(text.slice(from, taken.at)));
    append(nodes, taken.nodes);
    from = taken.end;
  }
  append(nodes, words(text.slice(from, end)));
  return nodes;
}

// ---- what is taken ------------------------------------------------------------------------------------

/** The client's own addresses have a scheme with a capital in it. */
const emoji = /(?<=[a-z])[A-Z][a-z]{1,16}:<emoji>\/\/[^/\s]+\/\S+/g;
const address = /https?:\/\/[^\s"'\\][^\s"']+|(?<=[a-z])[A-Z][a-z]{1,16}:\/\/[^\s"'<>]+/g;

/** What stays words, and has no marks in it. */
function wordsIn({ text, filled }: Page, pattern: RegExp): readonly Found[] {
  return [...filled.matchAll(pattern)].map(({ 0: whole, index: at }) => {
    const part = { at, end: at + whole.length };
    return { ...part, nodes: (inside) => partOf(text, part, inside) };
  });
}

const fence = "```";
const wordLetter = /\w/;

function codeBlocksIn({ text, filled }: Page): readonly Found[] {
  const found: Found[] = [];
  for (let at = filled.indexOf(fence); at >= 0; ) {
    let from = at + fence.length;
    while (wordLetter.test(filled.charAt(from))) from += 1;
    if (filled[from] !== "\n") {
      at = filled.indexOf(fence, at + 1);
      continue;
    }
    const close = filled.indexOf(fence, from + 1);
    if (close < 0) break;
    const language = filled.slice(at + fence.length, from);
    const code = text.slice(from + 1, close).replace(/\n$/, "");
    const named = language === "" ? {} : { language };
    const end = close + fence.length;
    found.push({ at, end, nodes: () => [{ kind: "codeBlock", text: code, ...named }] });
    at = filled.indexOf(fence, end);
  }
  return found;
}

const spoilerMark = "||";

function spoilersIn({ text, filled }: Page): readonly Found[] {
  const found: Found[] = [];
  for (let at = filled.indexOf(spoilerMark); at >= 0; ) {
    const close = filled.indexOf(spoilerMark, at + spoilerMark.length + 1);
    if (close < 0) break;
    const inner = text.slice(at + spoilerMark.length, close);
    const end = close + spoilerMark.length;
    found.push({ at, end, nodes: () => [{ kind: "spoiler", children: treeIn(inner, false) }] });
    at = filled.indexOf(spoilerMark, end);
  }
  return found;
}

const code = (text: string): Tree => (text === "" ? [] : [{ kind: "code", text }]);

/** Hidden words and blocks in code stay what they are; all else in it is as it was typed. */
function codeIn({ text, filled }: Page): readonly Found[] {
  const found: Found[] = [];
  for (let at = filled.indexOf("`"); at >= 0; ) {
    const close = filled.indexOf("`", at + 1);
    if (close < 0) break;
    if (close > at + 1) {
      const part = { at: at + 1, end: close };
      const nodes = (inside: readonly Taken[]): Tree =>
        partOf(text, part, inside.filter(isNoWord), code);
      found.push({ at, end: close + 1, nodes });
    }
    at = close > at + 1 ? filled.indexOf("`", close + 1) : close;
  }
  return found;
}

const isNoWord = ({ nodes }: Taken): boolean => nodes[0]?.kind !== "text";

const blank = /[\s[\]]/g;

/** A link that leads nowhere by http is words, without marks in them; so is one whose address nobody can be given. */
function linksIn({ text, filled }: Page): readonly Found[] {
  const found: Found[] = [];
  for (let at = filled.indexOf("["); at >= 0; ) {
    const close = filled.indexOf("]", at + 1);
    if (close < 0) break;
    const last = filled[close + 1] === "(" ? filled.indexOf(")", close + 2) : close;
    if (last < 0) break;
    if (close === at + 1 || last <= close + 2) {
      at = filled.indexOf("[", close === at + 1 ? at + 1 : close + 1);
      continue;
    }
    const typed = text.slice(close + 2, last);
    const target = /^https?:\/\//.test(typed)
      ? addressOf(typed.replace(blank, encodeURIComponent))
      : undefined;
    const end = last + 1;
    const name = { at: at + 1, end: close };
    found.push({
      at,
      end,
      nodes: (inside) =>
        target === undefined
          ? partOf(text, { at: name.at - 1, end }, inside)
          : [
              {
                kind: "link",
                address: target,
                children: partOf(
                  text,
                  name,
                  inside.filter((each) => each.end <= close),
                ),
              },
            ],
    });
    at = filled.indexOf("[", end);
  }
  return found;
}

// ---- lines ------------------------------------------------------------------------------------------------

const lineEnd = /[\n\r\u2028\u2029]/g;

interface Part {
  readonly at: number;
  readonly end: number;
}

function* linesOf(text: string): Generator<Part> {
  let at = 0;
  for (const { index } of text.matchAll(lineEnd)) {
    yield { at, end: index };
    at = index + 1;
  }
  yield { at, end: text.length };
}

const lineKinds = [
  { kind: "quote", mark: /> (?:>+[^\S\n\r\u2028\u2029]*)?/y },
  { kind: "heading", mark: /#{1,6} /y },
  { kind: "small", mark: /-# /y },
] as const;

/** What a whole line is, and where its words begin; undefined: words like all others. */
function lineKindAt(
  text: string,
  { at, end }: Part,
): { readonly kind: "quote" | "heading" | "small"; readonly from: number } | undefined {
  for (const { kind, mark } of lineKinds) {
    mark.lastIndex = at;
    if (mark.test(text) && mark.lastIndex <= end) return { kind, from: mark.lastIndex };
  }
  return undefined;
}

/** The nodes of the parts of a line, from left to right. */
function partsOf(
  text: string,
  from: number,
  inside: readonly Taken[],
): (at: number, end: number) => Tree {
  let next = 0;
  return (at, end) => {
    const first = next;
    while (next < inside.length && (inside[next]?.end ?? 0) <= from + end) next += 1;
    return partOf(text, { at: from + at, end: from + end }, inside.slice(first, next));
  };
}

/** The tree of a page of which all is taken but lines and emphasis. Quoted lines under each other are one quote. */
function treeOfLines({ text, filled, taken }: Page): Tree {
  const nodes: Node[] = [];
  const rest = taken[Symbol.iterator]();
  let each = rest.next();
  let quoted: Node[] | undefined;
  for (const line of linesOf(filled)) {
    const inside: Taken[] = [];
    for (; each.done !== true && each.value.at < line.end; each = rest.next()) {
      inside.push(each.value);
    }
    const is = lineKindAt(filled, line);
    const from = is?.from ?? line.at;
    const words = emphasisOf(
      filled.slice(from, line.end),
      is !== undefined,
      partsOf(text, from, inside),
    );
    const before = text.slice(line.at - 1, line.at);
    if (is?.kind === "quote" && quoted !== undefined) {
      append(quoted, plainTree("\n"));
      append(quoted, words);
      continue;
    }
    append(nodes, plainTree(before));
    quoted = is?.kind === "quote" ? [...words] : undefined;
    if (is === undefined) append(nodes, words);
    else nodes.push({ kind: is.kind, children: quoted ?? words });
  }
  return nodes;
}

// ---- the whole ------------------------------------------------------------------------------------------

/** A text without any of these is words alone. */
const mark = /[`|[~*_]|^(?:> |#{1,6} |-# )/m;

function treeIn(text: string, maySpoil: boolean): Tree {
  if (!mark.test(text)) return plainTree(text);
  let page: Page = { text, filled: text, taken: [] };
  const passes = [
    (each: Page) => wordsIn(each, emoji),
    codeBlocksIn,
    ...(maySpoil ? [spoilersIn] : []),
    codeIn,
    linksIn,
    (each: Page) => wordsIn(each, address),
  ];
  for (const pass of passes) page = without(page, pass(page));
  return joined(treeOfLines(page));
}

/** The same with texts that meet as one, and without what holds nothing. */
function joined(tree: Tree): Tree {
  const nodes: Node[] = [];
  for (const node of tree) {
    const before = nodes.at(-1);
    if (node.kind === "text" && before?.kind === "text") {
      nodes[nodes.length - 1] = { kind: "text", text: before.text + node.text };
    } else nodes.push("children" in node ? { ...node, children: joined(node.children) } : node);
  }
  return nodes;
}

/** The tree of a text in Markdown. Linear in its length. */
export function parseMarkdown(text: string): Tree {
  return treeIn(text, true);
}

const readByClient = /\$[$&`'<>]|\]\(/;

/** Whether the client shows a text as it stands, byte for byte. */
export function isPlain(text: string): boolean {
  if (text === "") return true;
  if (readByClient.test(text)) return false;
  const [first] = parseMarkdown(text);
  return first?.kind === "text" && first.text === text;
}
