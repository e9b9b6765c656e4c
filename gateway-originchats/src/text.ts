/** Content as this protocol shows it, and what it mentions (part 2, section 2). */
import {
  type Content,
  calledIn,
  type Message,
  mentionsMax,
  type RosterUser,
  type Tree,
  treeOf,
} from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { clientTree } from "./client-form.ts";
import { marked } from "./markup.ts";
import { plainName } from "./place.ts";

/**
 * A message's content: as its author wrote it in Markdown, else written from its tree; an action in italics (bridge table,
 * action, markup). Whom it mentions by another name is called by that of the account, as the stock client knows people.
 */
export function contentOf(
  { content, kind }: Pick<Message, "content" | "kind">,
  roster: Roster,
): string {
  const isAction = kind === "action";
  if (content.markup === "markdown") return isAction ? `_${content.text}_` : content.text;
  const tree = withNames(clientTree(treeOf(content), roster), namesIn(content, roster));
  return marked(isAction ? [{ kind: "em", children: tree }] : tree);
}

/** Accounts' names by the names that people are mentioned by. */
function namesIn({ mentions = [] }: Content, roster: Roster): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { typed, userId } of mentions) {
    const user = roster.user(userId);
    if (user !== undefined && !user.departed) names.set(typed, user.name);
  }
  return names;
}

/** A tree that mentions people by the names of their accounts. */
function withNames(tree: Tree, names: ReadonlyMap<string, string>): Tree {
  if (names.size === 0) return tree;
  return tree.map((node) => {
    if (node.kind === "text") return { ...node, text: callByName(node.text, names) };
    return "children" in node ? { ...node, children: withNames(node.children, names) } : node;
  });
}

function callByName(text: string, names: ReadonlyMap<string, string>): string {
  let done = "";
  let from = 0;
  for (const { at, names: typed } of calledIn(text)) {
    const found = typed.find((name) => names.has(name));
    if (found === undefined) continue;
    done += `${text.slice(from, at)}${names.get(found)}`;
    from = at + found.length;
  }
  return done + text.slice(from);
}

/** Names in a text, for the pings of a live message. */
export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

const rolePattern = /@&([A-Za-z0-9_]+)/g;

/** Whose account has this name, in the long form too, which a stock client of the original inserts. */
function presentUser(name: string, roster: Roster): RosterUser | undefined {
  const user = roster.userByName(plainName(name));
  return user?.departed === true ? undefined : user;
}

/**
 * People and roles that a text mentions, each once in their stored spelling. Unknown names are left out. A name
 * whose first occurrence stands right behind `&` is none.
 */
export function mentionsIn(content: Content, roster: Roster): Mentions {
  if (!content.text.includes("@")) return { users: [], roles: [] };
  const others = namesIn(content, roster);
  const text = others.size === 0 ? content.text : callByName(content.text, others);
  const mayExclude = text.includes("&@");
  const users = new Set<string>(others.values());
  const named = new Set<string>();
  for (const { names } of calledIn(text)) {
    const [whole = ""] = names;
    if (named.has(whole)) continue;
    if (named.size === mentionsMax) break;
    named.add(whole);
    const found = names.find((name) => presentUser(name, roster) !== undefined);
    if (found === undefined) continue;
    if (mayExclude && text[text.indexOf(`@${found}`) - 1] === "&") continue;
    users.add(presentUser(found, roster)?.name ?? found);
  }
  const roles = new Set<string>();
  if (!text.includes("@&")) return { users: [...users], roles: [] };
  const known = new Set<string>();
  for (const role of roster.roles) known.add(role.name);
  const called = new Set<string>();
  for (const [, name = ""] of text.matchAll(rolePattern)) {
    if (called.size === mentionsMax) break;
    called.add(name);
    if (known.has(name)) roles.add(name);
  }
  return { users: [...users], roles: [...roles] };
}
