/**
 * What OriginChats clients write for an emoji of the community and for a channel, as people say it (OriginChats
 * part 2, sections 3 and 6; bridge table, Messages).
 */
import type { Roster, View } from "@dragoman/gateway-kit";

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

function replaceForms(text: string, roster: Roster, emojiText: (id: string) => string | undefined) {
  if (!text.includes("originChats:")) return text;
  return text
    .replace(emojiForm, (whole, id: string) => emojiText(id) ?? whole)
    .replace(channelForm, (whole, typed: string) => {
      const name = channelName(typed, roster);
      return name === undefined ? whole : `#${name}`;
    });
}

const emojiName = (id: string, roster: Roster): string | undefined => {
  const emoji = roster.emoji(id);
  return emoji === undefined ? undefined : `:${emoji.name}:`;
};

/** A text with `:name:` where an emoji of ours stands, or its picture where the settings say so, and `#channel`. */
export function shownText(text: string, { roster, config }: View): string {
  return replaceForms(text, roster, (id) =>
    config.sockchat.imageTags && roster.emoji(id) !== undefined
      ? `[img]${roster.fileBase}/emojis/${id}[/img]`
      : emojiName(id, roster),
  );
}

/** The same without pictures, for words that others follow. */
export function shownWords(text: string, roster: Roster): string {
  return replaceForms(text, roster, (id) => emojiName(id, roster));
}

/** What somebody reacted with; an emoji that is no longer there has lost its name. */
export function shownEmoji(emoji: string, roster: Roster): string {
  const [, id] = reactionForm.exec(emoji) ?? [];
  return id === undefined ? emoji : (emojiName(id, roster) ?? ":emoji:");
}
