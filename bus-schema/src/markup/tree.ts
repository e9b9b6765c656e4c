/**
 * What people write as a tree, whichever markup they wrote it in. Gateways write the tree in their own markup, so no
 * mark of one protocol means anything on the other, and everything that is opened is closed.
 */

/** Words as a reader sees them, with `\n` between lines. */
interface Text {
  readonly kind: "text";
  readonly text: string;
}

/** `small` are words in smaller letters. A quote, a heading and a block of code stand on lines of their own. */
export type SpanKind =
  | "strong"
  | "em"
  | "underline"
  | "strike"
  | "quote"
  | "spoiler"
  | "heading"
  | "small";

interface Span {
  readonly kind: SpanKind;
  readonly children: Tree;
}

/** Words in a colour, or before one. */
interface Color {
  readonly kind: "color" | "background";
  /** As `isColor` has it. */
  readonly color: string;
  readonly children: Tree;
}

interface Link {
  readonly kind: "link";
  /** As `addressOf` gives it. */
  readonly address: string;
  /** Empty: the address is what is shown. */
  readonly children: Tree;
}

/** A picture, film or sound by its address; a film may stand by its id of letters, digits, `_` and `-` too. */
interface Media {
  readonly kind: "picture" | "video" | "audio";
  readonly address: string;
}

/** Text that is shown as it is, line breaks too. `art` is a drawing made of characters. */
interface Verbatim {
  readonly kind: "code" | "codeBlock" | "art";
  readonly text: string;
  /** Of a block of code: letters, digits and `_`. */
  readonly language?: string;
}

export type Node = Text | Span | Color | Link | Media | Verbatim;
export type Tree = readonly Node[];

/** Stands for words that are hidden until a reader asks for them. */
const hidden = "[spoiler]";

/** The words of a tree, as a reader sees them before anything is opened. */
export function textOf(tree: Tree): string {
  return tree.map(nodeText).join("");
}

function nodeText(node: Node): string {
  switch (node.kind) {
    case "text":
    case "code":
    case "codeBlock":
    case "art":
      return node.text;
    case "picture":
    case "video":
    case "audio":
      return node.address;
    case "spoiler":
      return hidden;
    case "link":
      return node.children.length === 0 ? node.address : textOf(node.children);
    default:
      return textOf(node.children);
  }
}

/** Text without any markup as a tree. */
export function plainTree(text: string): Tree {
  return text === "" ? [] : [{ kind: "text", text }];
}

// ---- what an argument may be --------------------------------------------------------------------------

/** Characters of an address at most. */
const addressMax = 2048;
const address = /^(?:(?:https?|ftp):\/\/|mailto:)[^\s\p{C}[\]]+$/iu;
const percentCoded: ReadonlyMap<string, string> = new Map(
  Array.from("\"'<>\\`", (char) => [char, `%${char.charCodeAt(0).toString(16).toUpperCase()}`]),
);

/**
 * An address that a link may lead to: by http, https, ftp or mailto, without blanks, brackets and characters that
 * do not show; quotes round it are taken off, those inside it and `< > \` are percent-coded. Undefined: it is none.
 */
export function addressOf(typed: string): string | undefined {
  if (typed.length > addressMax) return undefined;
  const [first = "", ...rest] = typed;
  const isQuoted = (first === '"' || first === "'") && rest.at(-1) === first;
  const bare = isQuoted ? rest.slice(0, -1).join("") : typed;
  if (!address.test(bare)) return undefined;
  return bare.replace(/["'<>\\`]/g, (char) => percentCoded.get(char) ?? "");
}

/** A film's id, as its site has it. */
const filmId = /^[\w-]{1,64}$/;

/** Whether it is the id of a film, in the place of an address. */
export function isFilmId(typed: string): boolean {
  return filmId.test(typed);
}
