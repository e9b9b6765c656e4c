/**
 * What OriginChats clients write for an emoji of the community and for a channel, as people say it (OriginChats
 * part 2, sections 3 and 6; bridge table, Messages).
 */
import {
  type Content,
  emojiForm,
  type Names,
  type Node,
  type Tree,
  treeOf,
  withNames,
  withRoleNames,
} from "@dragoman/bus-schema";
import type { Roster, View } from "@dragoman/gateway-kit";
import { settings } from "./settings.ts";
import { escapeTree, type Html } from "./text.ts";

const reactionForm = /^originChats:\/\/[^\s/<>]{1,255}\/emojis\/(\d{1,15})$/;

/** A channel by the name that somebody typed: the same name, else whatever the case. */
function channelName(typed: string, roster: Roster): string | undefined {
  const channel = roster.channelByName(typed) ?? roster.channelBySlug(typed);
  if (channel === undefined) return undefined;
  return channel.kind === "text" ? channel.slug : channel.name;
}

function namesIn(roster: Roster): Names {
  return {
    emoji: (id) => roster.emoji(id)?.name,
    channel: (typed) => channelName(typed, roster),
    roles: () => [...roster.roles].map(({ name }) => name),
  };
}

/** A tree with `:name:` where an emoji of ours stands, or its picture where the settings say so, and `#channel`. */
function shownTree(tree: Tree, view: View): Tree {
  return tree.flatMap((node): Tree => {
    if (node.kind === "text") return withPictures(node.text, view);
    if ("text" in node) return [{ ...node, text: shownWords(node.text, view.roster) }];
    return "children" in node ? [{ ...node, children: shownTree(node.children, view) }] : [node];
  });
}

const blanks = /^ +| {2,}/gm;
/** What the client of 2015 makes pictures of, in code too (its `emotes.json`): behind the first character, one that does not show. */
const smileys =
  /(?<=:)(?=[()PpO|?*]|-[)(D*]|o[)D]|(?:idea|important|help|error|warning|xp):)|(?<=;)(?=[()])|(?<=8)(?=[DO]|-\))/g;
const lineStart = /^[^\S\n]*\n?/;

/** A text without the blanks at its end and the line break before them. */
function withoutLineEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[^\S\n]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, text.charAt(end - 1) === "\n" ? end - 1 : end);
}

/**
 * A tree of Markdown as clients of Sock Chat can show it: `@role` as the other clients have it, and code without
 * smileys and with its blanks, of which clients show one for many, by such as end no line.
 */
function plainForm(tree: Tree, names: Names): Tree {
  return tree.map((node): Node => {
    if ("children" in node) return { ...node, children: plainForm(node.children, names) };
    if (node.kind === "text") return words(withRoleNames(node.text, names));
    if (!("text" in node)) return node;
    const text = node.text.replaceAll("\t", "    ");
    const kept = text.replace(blanks, (run) => "\u00a0".repeat(run.length));
    return { ...node, text: kept.replace(smileys, "\u200b") };
  });
}

const isBlock = (node: Node | undefined): boolean => node?.kind === "codeBlock";
const words = (text: string): Node => ({ kind: "text", text });

/** A tree whose blocks of code stand on lines of their own, as Markdown shows them. */
function withBlocks(tree: Tree): Tree {
  const nodes: Node[] = [];
  for (const node of tree) {
    const before = nodes.at(-1);
    if (isBlock(before) || (before !== undefined && isBlock(node))) {
      if (before?.kind === "text") nodes[nodes.length - 1] = words(withoutLineEnd(before.text));
      nodes.push(words("\n"));
    }
    if (node.kind === "text" && isBlock(before)) {
      const text = node.text.replace(lineStart, "");
      if (text === "") nodes.pop();
      else nodes.push(words(text));
    } else nodes.push("children" in node ? { ...node, children: withBlocks(node.children) } : node);
  }
  return nodes;
}

function withPictures(text: string, { roster, config }: View): Tree {
  const shown = (part: string): Node => words(shownWords(part, roster));
  if (!settings(config).imageTags) return [shown(text)];
  const nodes: Node[] = [];
  let at = 0;
  for (const { 0: form, 1: id = "", index } of text.matchAll(emojiForm)) {
    if (roster.emoji(id) === undefined) continue;
    const picture: Node = { kind: "picture", address: `${roster.fileBase}/emojis/${id}` };
    nodes.push(shown(text.slice(at, index)), picture);
    at = index + form.length;
  }
  return [...nodes, shown(text.slice(at))];
}

/** Words with `:name:` and `#channel`, without pictures. */
const shownWords = (text: string, roster: Roster): string => withNames(text, namesIn(roster));

/** Words of a message where others stand for it, as clients show them, with `@role` as the other clients have it. */
export const quotedWords = (excerpt: string, roster: Roster): string =>
  withRoleNames(shownWords(excerpt, roster), namesIn(roster));

/** How clients react with an emoji of the community; undefined: there is none of that name. */
export function reactionWith(name: string, roster: Roster): string | undefined {
  const emoji = roster.emojiByName(name);
  if (emoji === undefined || !URL.canParse(roster.fileBase)) return undefined;
  return `originChats://${new URL(roster.fileBase).host}/emojis/${emoji.emojiId}`;
}

/** What somebody reacted with. */
export function shownEmoji(emoji: string, roster: Roster): string {
  const [, id] = reactionForm.exec(emoji) ?? [];
  return id === undefined ? emoji : `:${roster.emoji(id)?.name ?? "emoji"}:`;
}

/** What somebody wrote, as clients show it: in BBCode with all tags as typed, but for hidden words that some show open. */
export function contentText(content: Content, view: View): Html {
  const isOurs = content.markup === "bbcode";
  const tree = shownTree(treeOf(content), view);
  const { laterTags: spoilers } = settings(view.config);
  if (isOurs) return escapeTree(tree, { spoilers });
  const form = withBlocks(plainForm(tree, namesIn(view.roster)));
  return escapeTree(form, { strikes: spoilers, spoilers, plainEntities: true });
}
