/**
 * A tree as a line of Sock Chat (reference, part 1.3). Clients swap tags for HTML by searching the text, one tag after
 * the other, make links of words and pictures of smileys, each in an order of its own. So the only tags in a line are
 * those that are written here: each has its end, none stands inside its own kind or crosses another, and their
 * arguments are checked again. A bracket of people's has a space of no width behind it, or something that begins no
 * tag: whatever else a client takes out, swaps or leaves alone, it finds no other tag.
 */
import { addressOf, isColor, isFilmId, type Node, type Tree, textOf } from "@dragoman/bus-schema";

/** Behind a bracket that is to be read. */
const joint = "\u200b";
/** What may follow a bracket as it is: no tag's name begins so, and no client takes it out of what people say. */
const beginsNoTag = /[0-9 \]\u200b]/;

const spanTags = {
  strong: "b",
  em: "i",
  underline: "u",
  quote: "quote",
  heading: "b",
  code: "code",
  codeBlock: "code",
  art: "sjis",
} as const;
const colorTags = { color: "color", background: "bgcolor" } as const;
const mediaTags = { picture: "img", video: "video", audio: "audio" } as const;

/**
 * Clients show it as a page's title, and make HTML of that when a reader asks for it: nothing that is a character by
 * its number or name may stand in it.
 */
const title =
  /^(?:[\w.~:/?=%+,@!$()*;#-]|&(?!(?:lt|gt|amp|quot|apos|colon|tab|newline))[\w-]+=)*$/i;

/** An address begins: at a word's start, or behind what some client may make a picture of; no quote is that. */
const scheme = /(?:^|[^'"])(?:https?|ftp):\/\/$/i;
/** So much of a word is looked at: the longest scheme and what stands before it. */
const tailLength = "'https://".length;

/**
 * Whether clients may take the word that is being written for an address. Some put it between quotes with all that
 * follows up to the next blank, whatever tags stand between, so a word counts as one with and without its tags.
 */
class Word {
  #whole = "";
  #part = "";
  isAddress = false;
  /** A tag may open here: no address that begins outside of a tag of its own goes on through it. */
  takesTag = true;
  /** The tag of a picture, film or sound that was shown in it: its address is bare for whoever has that switched off. */
  shown = "";

  /** A tag begins or ends here. */
  turn(): void {
    this.#part = "";
  }

  add(char: string): void {
    if (char === " " || char === "\n") {
      this.#whole = "";
      this.#part = "";
      this.isAddress = false;
      this.takesTag = true;
      this.shown = "";
      return;
    }
    if (this.isAddress) return;
    this.#whole = (this.#whole + char).slice(-tailLength);
    this.#part = char > "~" && char.trim() === "" ? "" : (this.#part + char).slice(-tailLength);
    if (char !== "/") return;
    this.isAddress = scheme.test(this.#whole) || scheme.test(this.#part);
    this.takesTag = !this.isAddress;
  }
}

const surrogates = /\p{Surrogate}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Text without what would end a field or a part of a packet, and with blanks for a tab. */
const shown = (text: string): string =>
  text
    .replace(surrogates, "\ufffd")
    .replaceAll("\t", "    ")
    .replace(/\r\n?/g, "\n")
    .replace(controls, "");

/** Behind an ampersand: what browsers read as a character by its number or name; some names without the semicolon too. */
const entity =
  /(?:#[0-9]|#x[0-9a-f]|[a-z][a-z0-9]{1,31};|aacute|acirc|acute|aelig|agrave|amp|aring|atilde|auml|brvbar|ccedil|cedil|cent|copy|curren|deg|divide|eacute|ecirc|egrave|eth|euml|frac1[24]|frac34|gt|iacute|icirc|iexcl|igrave|iquest|iuml|laquo|lt|macr|micro|middot|nbsp|not|ntilde|oacute|ocirc|ograve|ord[fm]|oslash|otilde|ouml|para|plusmn|pound|quot|raquo|reg|sect|shy|sup[123]|szlig|thorn|times|uacute|ucirc|ugrave|uml|uuml|yacute|yen|yuml)/iy;

/** Colour of words that are to be hidden from clients which have no tag for that: they show when they are selected. */
const unseen = "=transparent";

export interface LineOptions {
  /** Whether `[s]` may be among the tags, which the stock client does not know. Default: it may. */
  readonly strikes?: boolean;
  /** Whether `[spoiler]` may be, which the stock client does not know either and shows open. Default: it may. */
  readonly spoilers?: boolean;
  /** Whether characters by their number or name were typed where they are read as they stand. */
  readonly plainEntities?: boolean;
}

class Line {
  written = "";
  readonly #strikes: boolean;
  readonly #spoilers: boolean;
  readonly #plainEntities: boolean;
  readonly #word = new Word();
  /** Tags that are open. */
  readonly #open = new Set<string>();

  constructor({ strikes = true, spoilers = true, plainEntities = false }: LineOptions) {
    this.#strikes = strikes;
    this.#spoilers = spoilers;
    this.#plainEntities = plainEntities;
  }

  /** What people said, on one line or more. */
  say(said: string): void {
    const word = this.#word;
    const text = shown(said);
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charAt(at);
      word.add(char);
      const instead = this.#instead(char, text, at + 1);
      if (instead === undefined) continue;
      this.written += text.slice(from, at) + instead;
      from = at + 1;
    }
    this.written += text.slice(from);
  }

  /** What is written for a character, with what follows it; undefined: itself. */
  #instead(char: string, text: string, next: number): string | undefined {
    switch (char) {
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case "\n":
        return " <br/> ";
      case "'":
        return this.#word.isAddress ? "%27" : undefined;
      case '"':
        return this.#word.isAddress ? "%22" : undefined;
      case "[":
        return beginsNoTag.test(text.charAt(next)) ? undefined : `[${joint}`;
      case "&":
        return this.#isEntity(text, next) ? `&${joint}` : undefined;
      default:
        return undefined;
    }
  }

  /** Whether clients would show another character than was typed; an address stays as it is. */
  #isEntity(text: string, next: number): boolean {
    if (!this.#plainEntities || this.#word.isAddress) return false;
    entity.lastIndex = next;
    return entity.test(text);
  }

  tree(tree: Tree): void {
    for (const node of tree) this.#node(node);
  }

  #node(node: Node): void {
    switch (node.kind) {
      case "text":
        this.say(node.text);
        break;
      case "code":
      case "codeBlock":
      case "art":
        this.#around(spanTags[node.kind], "", () => this.say(node.text));
        break;
      case "picture":
      case "video":
      case "audio":
        this.#media(mediaTags[node.kind], node.address);
        break;
      case "link":
        this.#link(node.address, node.children);
        break;
      case "color":
      case "background":
        this.#color(colorTags[node.kind], node.color, node.children);
        break;
      case "spoiler":
        this.#spoiler(textOf(node.children));
        break;
      case "strike":
        this.#strike(node.children);
        break;
      case "small":
        this.tree(node.children);
        break;
      default:
        if (textOf(node.children) === "") return;
        this.#around(spanTags[node.kind], "", () => this.tree(node.children));
    }
  }

  #strike(children: Tree): void {
    if (this.#strikes) this.#around("s", "", () => this.tree(children));
    else this.tree([words("~~"), ...children, words("~~")]);
  }

  #spoiler(hidden: string): void {
    if (hidden === "") return;
    if (!this.#spoilers) this.say("(spoiler, select to read: ");
    // Words that are to be hidden stay so: where no tag may open, a blank ends the address.
    if (!this.#word.takesTag) this.say(" ");
    const [name, argument] = this.#spoilers ? ["spoiler", ""] : ["color", unseen];
    this.#around(name, argument, () => this.#hidden(hidden));
    if (!this.#spoilers) this.say(")");
  }

  /** A tag, what is in it, and its end; without the tag where that could not be read as one. */
  #around(name: string, argument: string, write: () => void): void {
    // Inside its own kind the first end would be taken for both. In an address a client would cut the tag in two.
    const isTag = !this.#open.has(name) && this.#word.takesTag;
    if (isTag) {
      // A client that shows the bare address would cut the tag in two; of the same kind it shows both or none.
      if (this.#word.shown !== "" && this.#word.shown !== name) this.say(" ");
      this.#open.add(name);
      this.#mark(`[${name}${argument}]`);
    }
    write();
    if (isTag) {
      this.#mark(`[/${name}]`);
      this.#open.delete(name);
    }
  }

  #mark(tag: string): void {
    this.#word.turn();
    this.written += tag;
  }

  #color(name: string, color: string, children: Tree): void {
    if (isColor(color)) this.#around(name, `=${color}`, () => this.tree(children));
    else this.tree(children);
  }

  #link(address: string, children: Tree): void {
    const shown: Tree = children.length > 0 ? children : [{ kind: "text", text: address }];
    const argument = children.length > 0 ? `=${address}` : "";
    if (addressOf(address) === address) this.#around("url", argument, () => this.tree(shown));
    else this.tree(shown);
  }

  #media(name: string, address: string): void {
    const isWhole = addressOf(address) === address || (name === "video" && isFilmId(address));
    if (isWhole && title.test(address)) {
      this.#around(name, "", () => this.say(address));
      this.#word.takesTag = true;
      this.#word.shown = name;
    } else this.say(address);
  }

  /**
   * Clients keep hidden words as an attribute, and make HTML of it when a reader asks: so they are words alone, with
   * other signs for quotes and the like, and nothing in them is an address.
   */
  #hidden(text: string): void {
    this.say(
      text
        .replace(/[\n"'<>]/g, (char) => signs.get(char) ?? char)
        .replace(/\[(?!\u200b)/g, `[${joint}`)
        .replace(/&(?=[#a-z])/gi, `&${joint}`)
        .replaceAll("://", `:${joint}//`),
    );
  }
}

const signs: ReadonlyMap<string, string> = new Map([
  ["\n", " "],
  ['"', "”"],
  ["'", "’"],
  ["<", "‹"],
  [">", "›"],
]);

const words = (text: string): Node => ({ kind: "text", text });

/** Adds to `found` what holds a spoiler. */
function findSpoilers(tree: Tree, found: Set<Node>): boolean {
  let holds = false;
  for (const node of tree) {
    if (node.kind !== "spoiler" && !("children" in node && findSpoilers(node.children, found)))
      continue;
    found.add(node);
    holds = true;
  }
  return holds;
}

/**
 * A tree in which no spoiler stands in a colour: each is hidden by a colour of its own, and clients know none inside
 * another. What stands beside it keeps its colour.
 */
function besideColors(tree: Tree): Tree {
  const holding = new Set<Node>();
  if (!findSpoilers(tree, holding)) return tree;
  const inColor = (nodes: Tree, color: string | undefined): Tree =>
    nodes.flatMap((node): Tree => {
      if (node.kind === "spoiler") return [node];
      if (!holding.has(node))
        return color === undefined ? [node] : [{ kind: "color", color, children: [node] }];
      if (!("children" in node)) return [node];
      if (node.kind === "color") return inColor(node.children, color ?? node.color);
      return [{ ...node, children: inColor(node.children, color) }];
    });
  return inColor(tree, undefined);
}

/** What people wrote, with tags that are ours alone. Direction marks may stay open. */
export function tagged(tree: Tree, options: LineOptions): string {
  const line = new Line(options);
  line.tree(options.spoilers === false ? besideColors(tree) : tree);
  return line.written;
}
