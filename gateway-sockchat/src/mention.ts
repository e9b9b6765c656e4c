/**
 * People who are mentioned by the name that lists show (bridge table, mention): a nickname, with or without its `~`, or an
 * account's name in this protocol's alphabet. Looked up when something is said, since nicknames come and go.
 */
import { type Content, calledIn, mentionsMax } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { findUser } from "./called.ts";

/** Names that every protocol finds in the text itself. */
const plain = /^[A-Za-z0-9_]+$/;

/** What somebody typed as content, with the people in it whom their accounts' names do not name. */
export function contentTyped(text: string, roster: Roster): Content {
  const content = { text, markup: "bbcode" } as const;
  if (!text.includes("@")) return content;
  const mentions = new Map<string, NonNullable<Content["mentions"]>[number]>();
  let looked = 0;
  for (const { names } of calledIn(text)) {
    if (looked === mentionsMax) break;
    looked += 1;
    for (const typed of names) {
      if (plain.test(typed) && roster.userByName(typed) !== undefined) break;
      const user = findUser(typed, roster);
      if (user === undefined || user.departed) continue;
      mentions.set(typed, { typed, userId: user.userId });
      break;
    }
  }
  return mentions.size === 0 ? content : { ...content, mentions: [...mentions.values()] };
}
