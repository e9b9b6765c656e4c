/**
 * What was typed elsewhere in the forms of this protocol's clients (part 2, section 1.6): an emoji of the community by its
 * name, blocks of code, which have line breaks of their own, and addresses in which a client would find somebody's name.
 */
import type { Emoji, Node, Tree } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** With no letter beside it: a time of day is none. */
const emojiForm = /(?<!\w):(\w[\w-]*):(?!\w)/g;
const outerBreaks = /^\n|\n$/g;
const addresses = /(https?:\/\/[^\s"']+)/;
const called = /@(?<user>\w+)|#(?<channel>[\w-]+)/g;

/** In these a client shows its own place holder instead of an emoji. */
const isOpaque = ({ kind }: Node): boolean =>
  kind === "spoiler" || kind === "quote" || kind === "link";

/** The roster by names in small letters, each looked up when the first is asked for. */
class Names {
  readonly #roster: Roster;
  #emojis: ReadonlyMap<string, Emoji> | undefined;
  #channels: ReadonlySet<string> | undefined;

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  emoji(name: string): Emoji | undefined {
    this.#emojis ??= new Map(
      [...this.#roster.emojis].map((emoji) => [emoji.name.toLowerCase(), emoji]),
    );
    return this.#emojis.get(name.toLowerCase());
  }

  hasChannel(name: string): boolean {
    this.#channels ??= new Set([...this.#roster.channels].map((each) => each.name.toLowerCase()));
    return this.#channels.has(name.toLowerCase());
  }

  hasUser(name: string): boolean {
    return this.#roster.userByName(name) !== undefined;
  }
}

/** An address without names, of which the client would make HTML within its own. */
function plainAddress(address: string, names: Names): string {
  return address.replace(called, (whole, user?: string, channel?: string) => {
    const isCalled = user === undefined ? names.hasChannel(channel ?? "") : names.hasUser(user);
    const [sign, letter = "", ...rest] = whole;
    const code = letter.charCodeAt(0).toString(16).toUpperCase();
    return isCalled ? `${sign}%${code}${rest.join("")}` : whole;
  });
}

/** A tree with emoji in the place of their `:name:`, wherever clients show them. */
export function clientTree(tree: Tree, roster: Roster): Tree {
  const host = URL.canParse(roster.fileBase) ? new URL(roster.fileBase).host : undefined;
  const names = new Names(roster);

  function withEmoji(text: string): Tree {
    const nodes: Node[] = [];
    let at = 0;
    for (const { 0: whole, 1: name = "", index } of text.matchAll(emojiForm)) {
      const emoji = names.emoji(name);
      if (emoji === undefined) continue;
      const address = `originChats:<emoji>//${host}/${emoji.emojiId}`;
      if (at < index) nodes.push({ kind: "text", text: text.slice(at, index) });
      nodes.push({ kind: "link", address, children: [] });
      at = index + whole.length;
    }
    if (at < text.length) nodes.push({ kind: "text", text: text.slice(at) });
    return nodes;
  }

  function words(text: string, takesEmoji: boolean): Tree {
    const parts = text.split(addresses).flatMap((part, index): Tree => {
      if (index % 2 === 1) return [{ kind: "text", text: plainAddress(part, names) }];
      if (part !== "" && takesEmoji) return withEmoji(part);
      return part === "" ? [] : [{ kind: "text", text: part }];
    });
    const isText = parts.every(({ kind }) => kind === "text");
    return isText ? [{ kind: "text", text: parts.map(textIn).join("") }] : parts;
  }

  function nodeForm(node: Node, takesEmoji: boolean): Tree {
    if (node.kind === "text") return words(node.text, takesEmoji);
    if (node.kind === "codeBlock") return [{ ...node, text: node.text.replace(outerBreaks, "") }];
    const form = "address" in node ? { ...node, address: plainAddress(node.address, names) } : node;
    if (!("children" in form)) return [form];
    const takes = takesEmoji && !isOpaque(node);
    return [{ ...form, children: form.children.flatMap((each) => nodeForm(each, takes)) }];
  }

  return tree.flatMap((node) => nodeForm(node, host !== undefined));
}

const textIn = (node: Node): string => (node.kind === "text" ? node.text : "");
