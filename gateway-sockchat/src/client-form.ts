/**
 * What OriginChats clients write for an emoji of the community and for a channel, as people say it (OriginChats
 * part 2, sections 3 and 6; bridge table, Messages).
 */
import { type Content, type Node, type Tree, treeOf } from "@dragoman/bus-schema";
import type { Roster, View } from "@dragoman/gateway-kit";
import { settings } from "./settings.ts";
import { escapeTree, type Html } from "./text.ts";

const emojiForm = /originChats:<emoji>\/\/[^\s/<>]{1,255}\/(\d{1,15})/g;
const reactionForm = /^originChats:\/\/[^\s/<>]{1,255}\/emojis\/(\d{1,15})$/;
/** A thread's id may follow; a name is what clients take for one after a `#`. */
const channelForm = /originChats:\/\/[^\s/<>]{1,255}\/([\w-]{1,64})(?:\/[0-9a-f-]{36})?/g;

/** A channel by the name that somebody typed: the same name, else whatever the case. */
function channelName(typed: string, roster: Roster): string | undefined {
  const channel = roster.channelByName(typed) ?? roster.channelBySlug(typed);
  if (channel === undefined) return undefined;
  return channel.kind === "text" ? channel.slug : channel.name;
}

const emojiName = (id: string, roster: Roster): string | undefined => {
  const emoji = roster.emoji(id);
  return emoji === undefined ? undefined : `:${emoji.name}:`;
};

/** A tree with `:name:` where an emoji of ours stands, or its picture where the settings say so, and `#channel`. */
function shownTree(tree: Tree, view: View): Tree {
  return tree.flatMap((node): Tree => {
    if (node.kind === "text") return withPictures(node.text, view);
    if ("text" in node) return [{ ...node, text: shownWords(node.text, view.roster) }];
    return "children" in node ? [{ ...node, children: shownTree(node.children, view) }] : [node];
  });
}

const blanks = /^ +| {2,}/gm;

/** A tree whose code keeps its blanks, of which clients show one for many: by such as end no line. */
function withBlanks(tree: Tree): Tree {
  return tree.map((node): Node => {
    if ("children" in node) return { ...node, children: withBlanks(node.children) };
    if (!("text" in node) || node.kind === "text") return node;
    const text = node.text.replaceAll("\t", "    ");
    return { ...node, text: text.replace(blanks, (run) => "\u00a0".repeat(run.length)) };
  });
}

function withPictures(text: string, { roster, config }: View): Tree {
  const words = (part: string): Node => ({ kind: "text", text: shownWords(part, roster) });
  if (!settings(config).imageTags) return [words(text)];
  const nodes: Node[] = [];
  let at = 0;
  for (const { 0: form, 1: id = "", index } of text.matchAll(emojiForm)) {
    if (roster.emoji(id) === undefined) continue;
    const picture: Node = { kind: "picture", address: `${roster.fileBase}/emojis/${id}` };
    nodes.push(words(text.slice(at, index)), picture);
    at = index + form.length;
  }
  return [...nodes, words(text.slice(at))];
}

/** Words with `:name:` and `#channel`, without pictures. */
export function shownWords(text: string, roster: Roster): string {
  if (!text.includes("originChats:")) return text;
  return text
    .replace(emojiForm, (whole, id: string) => emojiName(id, roster) ?? whole)
    .replace(channelForm, (whole, typed: string) => {
      const name = channelName(typed, roster);
      return name === undefined ? whole : `#${name}`;
    });
}

/** How clients react with an emoji of the community; undefined: there is none of that name. */
export function reactionWith(name: string, roster: Roster): string | undefined {
  const emoji = roster.emojiByName(name);
  if (emoji === undefined || !URL.canParse(roster.fileBase)) return undefined;
  return `originChats://${new URL(roster.fileBase).host}/emojis/${emoji.emojiId}`;
}

/** What somebody reacted with; an emoji that is no longer there has lost its name. */
export function shownEmoji(emoji: string, roster: Roster): string {
  const [, id] = reactionForm.exec(emoji) ?? [];
  return id === undefined ? emoji : (emojiName(id, roster) ?? ":emoji:");
}

/** What somebody wrote, as clients show it: in BBCode with all tags as typed. */
export function contentText(content: Content, view: View): Html {
  const isOurs = content.markup === "bbcode";
  const tree = shownTree(treeOf(content), view);
  return escapeTree(isOurs ? tree : withBlanks(tree), isOurs || settings(view.config).laterTags);
}
