/**
 * What people's clients write into Markdown for an emoji of the community, a channel and a role, and the words that a
 * reader sees of it where there are words alone (OriginChats part 2, section 3).
 */

/** What things are called now. */
export interface Names {
  /** An emoji that is no longer there has none. */
  readonly emoji: (id: string) => string | undefined;
  /** A channel as a reader calls it, by what was typed; undefined: there is none, and its address stays. */
  readonly channel: (typed: string) => string | undefined;
  readonly roles: () => readonly string[];
}

/** Addresses of clients have a scheme of their own, which also ends the words right before it. */
export const emojiForm = /[a-z]{6}[A-Z][a-z]{4}:<emoji>\/\/[^\s/<>]{1,255}\/(\d{1,15})/g;
/** A thread's id may follow; a name is what clients take for one after a `#`. */
const channelForm = /[a-z]{6}[A-Z][a-z]{4}:\/\/[^\s/<>]{1,255}\/([\w-]{1,64})(?:\/[0-9a-f-]{36})?/g;
const roleForm = /@&(\w+)/g;

/** Words with `:name:` for emoji and `#channel` for channels. */
export function withNames(text: string, names: Pick<Names, "emoji" | "channel">): string {
  if (!text.includes("//")) return text;
  return text
    .replace(emojiForm, (_, id: string) => `:${names.emoji(id) ?? "emoji"}:`)
    .replace(channelForm, (whole, typed: string) => {
      const name = names.channel(typed);
      return name === undefined ? whole : `#${name}`;
    });
}

/** Words with `@role` for roles, by their names in any case. */
export function withRoleNames(text: string, { roles }: Pick<Names, "roles">): string {
  if (!text.includes("@&")) return text;
  const known = new Set(roles().map((name) => name.toLowerCase()));
  return text.replace(roleForm, (whole, name: string) =>
    known.has(name.toLowerCase()) ? `@${name}` : whole,
  );
}
