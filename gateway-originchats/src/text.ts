/** Content as this protocol shows it, and what it mentions (part 2, section 2). */
import { type Content, type Message, treeOf } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { marked } from "./markup.ts";
import { plainName } from "./place.ts";

/**
 * A message's content: as its author wrote it in Markdown, else written from its tree; an action in italics (bridge table,
 * action, markup).
 */
export function contentOf({ content, kind }: Pick<Message, "content" | "kind">): string {
  const isAction = kind === "action";
  if (content.markup === "markdown") return isAction ? `_${content.text}_` : content.text;
  const tree = treeOf(content);
  return marked(isAction ? [{ kind: "em", children: tree }] : tree);
}

/** Names in a text, for the pings of a live message. */
export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

/** Names of people, and of roles, that are looked up for one message; whoever mentions more reaches the first ones. */
export const mentionsMax = 100;

/** `USR:local_` before a name is what a stock client of the original inserts. */
const userPattern = /@(?:USR:local_)?([A-Za-z0-9_]+)/g;
const rolePattern = /@&([A-Za-z0-9_]+)/g;

/**
 * People and roles that a text mentions, each once in their stored spelling. Unknown names are left out. A name
 * whose first occurrence stands right behind `&` is none.
 */
export function mentionsIn(content: Content, roster: Roster): Mentions {
  const text = content.text;
  if (!text.includes("@")) return { users: [], roles: [] };
  const mayExclude = text.includes("&@");
  const users = new Set<string>();
  const named = new Set<string>();
  for (const [whole, name = ""] of text.matchAll(userPattern)) {
    if (named.has(whole)) continue;
    if (named.size === mentionsMax) break;
    named.add(whole);
    if (mayExclude && text[text.indexOf(whole) - 1] === "&") continue;
    const user = roster.userByName(plainName(name));
    if (user !== undefined && !user.departed) users.add(user.name);
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
