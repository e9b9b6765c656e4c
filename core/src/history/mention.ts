/**
 * What a message is found by besides its place: its text for the search, and the names in it for the inbox of
 * pings (OriginChats part 2, 9.5 and section 10). Pure.
 */
import type { Message, UserId } from "@dragoman/bus-schema";

/** Tokens of one message at most; whoever mentions more reaches the first ones. */
const tokensMax = 100;
/** Units of a name, and names within one run of characters (`@a.b` may be `a` or `a.b`). */
const nameMax = 64;
const namesMax = 4;

/** The token of everybody who is mentioned by this name, as it is spelled. */
export const userToken = (name: string): string => `@${name}`;
/** The token of everybody who has a role of this name. */
export const roleToken = (name: string): string => `&${name}`;
/** The token of somebody who is mentioned by another name than the account's. */
export const personToken = (userId: UserId): string => `#${userId}`;
/** The token of whoever wrote the message that is replied to. */
export const replyToken = (userId: UserId): string => `>${userId}`;

/** The text that a search looks through: without case, and without what ends a text in SQLite. */
export function searchText(text: string): string {
  return text.toLowerCase().replaceAll("\0", "\ufffd");
}

const mention = /@(&?)([^\s@]{1,128})/g;
const word = /[\p{L}\p{N}_]+/gu;
const longForm = /^USR:local_/;

/** The names that may begin here: those behind which no letter, digit or `_` of a longer name follows. */
function namesIn(characters: string): readonly string[] {
  const names: string[] = [];
  for (const found of characters.matchAll(word)) {
    const end = found.index + found[0].length;
    if (end > nameMax || names.length === namesMax) break;
    names.push(characters.slice(0, end));
  }
  return names;
}

/** Whom a message pings, as tokens, each once. */
export function tokensOf({ content, replyTo, ping }: Message): readonly string[] {
  const tokens = new Set<string>();
  if (replyTo?.author.kind === "user" && ping !== false) {
    tokens.add(replyToken(replyTo.author.userId));
  }
  for (const { userId } of content.mentions ?? []) tokens.add(personToken(userId));
  if (!content.text.includes("@")) return [...tokens];
  for (const [, sign, characters = ""] of content.text.matchAll(mention)) {
    const token = sign === "&" ? roleToken : userToken;
    for (const name of namesIn(characters.replace(longForm, ""))) {
      if (tokens.size < tokensMax) tokens.add(token(name));
    }
  }
  return [...tokens];
}
