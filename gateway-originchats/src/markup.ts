/**
 * A tree as a text in the Markdown of OriginChats, as its stock client reads that (bus-schema, `parseMarkdown`; part 2,
 * section 1.6). The client has no escape: a space of no width stands where a mark of people's would be one, and a blank of no
 * width where the client wants a blank beside a mark or behind an address. What it has no mark for (underlines, colours) is
 * words alone.
 */
import { addressOf, closeBidi, isPlain, type Node, type Tree, textOf } from "@dragoman/bus-schema";
import { addressIn, codeBlock, codeSpan, linkName, type Style } from "./mark.ts";
import { Markdown } from "./markdown.ts";

interface Around {
  /** From the outermost inwards, each once. */
  readonly styles: readonly Style[];
  readonly line: "quote" | "heading" | "small" | undefined;
  readonly address: string | undefined;
}

const bare: Around = { styles: [], line: undefined, address: undefined };
const film = "https://www.youtube.com/watch?v=";
const lineEnd = /\r\n|[\n\r\u2028\u2029]/;

const within = (around: Around, style: Style): Around =>
  around.styles.includes(style) ? around : { ...around, styles: [...around.styles, style] };

class Writer {
  readonly #page: Markdown;
  /** Inside a spoiler the client leaves blocks of code out. */
  readonly #isHidden: boolean;

  constructor(tree: Tree, isHidden: boolean) {
    this.#isHidden = isHidden;
    this.#page = new Markdown(hasTicks(tree), isHidden);
  }

  write(tree: Tree): string {
    this.#tree(tree, bare);
    return this.#page.end();
  }

  #tree(tree: Tree, around: Around): void {
    for (const node of tree) this.#node(node, around);
  }

  #node(node: Node, around: Around): void {
    switch (node.kind) {
      case "text":
        this.#words(node.text, around);
        break;
      case "strong":
      case "em":
      case "strike":
        this.#tree(node.children, within(around, node.kind));
        break;
      case "quote":
      case "heading":
      case "small":
        this.#lines(node.kind, node.children, around);
        break;
      case "spoiler":
        this.#spoiler(node.children, around);
        break;
      case "code":
      case "codeBlock":
      case "art":
        this.#code(node, around);
        break;
      case "link":
        this.#link(node.address, node.children, around);
        break;
      case "picture":
      case "audio":
      case "video":
        this.#address(addressOf(node.address) ?? film + node.address, around);
        break;
      default:
        this.#tree(node.children, around);
    }
  }

  #words(text: string, around: Around): void {
    const [first = "", ...more] = text.split(lineEnd);
    this.#line(first, around);
    for (const line of more) {
      this.#page.newLine(around.line);
      this.#line(line, around);
    }
  }

  #line(text: string, { styles, line, address }: Around): void {
    if (text === "") return;
    this.#page.stand(line, styles);
    if (address === undefined) this.#page.say(text);
    else this.#page.put(`[${linkName(text, this.#page.hasTicks)}](${address})`);
  }

  #lines(kind: NonNullable<Around["line"]>, children: Tree, around: Around): void {
    if (around.line !== undefined) {
      this.#tree(children, kind === "heading" ? within(around, "strong") : around);
      return;
    }
    this.#page.block(kind);
    this.#tree(children, { ...around, line: kind });
    this.#page.blockEnd();
  }

  #spoiler(children: Tree, around: Around): void {
    if (this.#isHidden) {
      this.#tree(children, around);
      return;
    }
    const hidden = new Writer(children, true).write(children);
    if (hidden === "") return;
    this.#page.stand(around.line, around.styles);
    this.#page.putHidden(hidden);
  }

  #code(
    { kind, text, language = "" }: Extract<Node, { text: string }> & { language?: string },
    around: Around,
  ): void {
    if (text === "") return;
    this.#page.stand(around.line, around.styles);
    const isBlock = kind !== "code" || /[`\n\r\u2028\u2029]|\|\|/.test(text);
    if (isBlock && !this.#isHidden) this.#page.put(codeBlock(text, language));
    else {
      const span = codeSpan(text);
      this.#page.put(around.address === undefined ? span : `[${span}](${around.address})`);
    }
  }

  /** Where the client makes no link of it, the words and then the address. */
  #link(target: string, children: Tree, around: Around): void {
    const shown = textOf(children);
    if (shown === "" || shown === target) {
      this.#address(target, around);
      return;
    }
    const isLink = /^https?:\/\//.test(target) && !shown.includes("]") && this.#page.takesLink;
    this.#tree(children, isLink ? { ...around, address: addressIn(target) } : around);
    if (!isLink) this.#address(` ${target}`, around);
  }

  #address(address: string, around: Around): void {
    this.#words(address, { ...around, address: undefined });
    this.#page.endAddress();
  }
}

/** Whether two of the marks for code would meet, or one the code of ours. */
function hasTicks(tree: Tree): boolean {
  let ticks = 0;
  const count = (nodes: Tree): void => {
    for (const node of nodes) {
      if (node.kind === "text") ticks += node.text.split("`").length - 1;
      else if ("text" in node) ticks += 2;
      else if ("children" in node && node.kind !== "spoiler") count(node.children);
    }
  };
  count(tree);
  return ticks > 1;
}

/** What people wrote, as OriginChats shows it. Words that have no marks in them stay byte for byte. */
export function marked(tree: Tree): string {
  const [only] = tree;
  const isWords = tree.length === 1 && only?.kind === "text" && isPlain(only.text);
  return closeBidi(isWords ? only.text : new Writer(tree, false).write(tree));
}
