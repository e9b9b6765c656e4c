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
  text.replace(surrogates, "\ufffd").replaceAll("\t", "    ").replace(controls, "");

/** Colour of words that are to be hidden from clients which have no tag for that: they show when they are selected. */
const unseen = "=transparent";

class Line {
  written = "";
  readonly #laterTags: boolean;
  readonly #word = new Word();
  /** Tags that are open. */
  readonly #open = new Set<string>();

  constructor(laterTags: boolean) {
    this.#laterTags = laterTags;
  }

  /** What people said, on one line or more. */
  say(said: string): void {
    const word = this.#word;
    const text = shown(said);
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const char = text.charAt(at);
      word.add(char);
      const instead = this.#instead(char, text.charAt(at + 1));
      if (instead === undefined) continue;
      this.written += text.slice(from, at) + instead;
      from = at + 1;
    }
    this.written += text.slice(from);
  }

  /** What is written for a character; undefined: itself. */
  #instead(char: string, next: string): string | undefined {
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
        return beginsNoTag.test(next) ? undefined : `[${joint}`;
      default:
        return undefined;
    }
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
        this.#around(spanTags[node.kind], "", () => this.tree(node.children));
    }
  }

  #strike(children: Tree): void {
    if (this.#laterTags) this.#around("s", "", () => this.tree(children));
    else this.tree([words("~~"), ...children, words("~~")]);
  }

  #spoiler(hidden: string): void {
    if (!this.#laterTags) this.say("(spoiler, select to read: ");
    // Words that are to be hidden stay so: where no tag may open, a blank ends the address.
    if (!this.#word.takesTag) this.say(" ");
    if (this.#laterTags) this.#around("spoiler", "", () => this.#hidden(hidden));
    else if (!this.#open.has("color")) this.#around("color", unseen, () => this.#hidden(hidden));
    if (!this.#laterTags) this.say(")");
  }

  /** A tag, what is in it, and its end; without the tag where that could not be read as one. */
  #around(name: string, argument: string, write: () => void): void {
    // Inside its own kind the first end would be taken for both. In an address a client would cut the tag in two.
    const isTag = !this.#open.has(name) && this.#word.takesTag;
    if (isTag) {
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

/**
 * What people wrote, with tags that are ours alone. Direction marks may stay open.
 * @param laterTags whether `[s]` and `[spoiler]` may be among them
 */
export function tagged(tree: Tree, laterTags: boolean): string {
  const line = new Line(laterTags);
  line.tree(tree);
  return line.written;
}
