/** Files as lines of chat (bridge table, Messages): one for each attachment, emoji by name, embeds in words. */
import type { Embed, Message } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { escapeText, type Html, joined, safe } from "./text.ts";

/** The form that OriginChats clients write an emoji of the community in (OriginChats part 2, section 3). */
const emojiForm = /originChats:<emoji>\/\/[^\s/<>]{1,255}\/(\d{1,15})/g;

/** The text with `:name:` where an emoji of ours stands, or its picture where the settings say so. */
export function withEmojiNames(text: string, { roster, config }: View): string {
  if (!text.includes("originChats:<emoji>")) return text;
  return text.replace(emojiForm, (whole, id: string) => {
    const emoji = roster.emoji(id);
    if (emoji === undefined) return whole;
    return config.sockchat.imageTags
      ? `[img]${roster.fileBase}/emojis/${emoji.emojiId}[/img]`
      : `:${emoji.name}:`;
  });
}

/** A size as people say it. */
export function spokenSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}

/** Name, size and address of each attachment; names without brackets, which clients take for tags. */
export function attachmentLines({ attachments = [] }: Message, { roster, config }: View): Html[] {
  return attachments.map(({ attachmentId, name, size, mime }) => {
    const url = `${roster.fileBase}/attachments/${attachmentId}`;
    const shown =
      config.sockchat.imageTags && mime.startsWith("image/") ? `[img]${url}[/img]` : url;
    const plain = name.replaceAll("[", "(").replaceAll("]", ")");
    return safe`${escapeText(`${plain} (${spokenSize(size)})`)} ${escapeText(shown)}`;
  });
}

/** Lines of our own under each other, as clients break them. */
export const underEachOther = (lines: readonly Html[]): Html => joined(lines, " <br/> ");

const textIn = (from: unknown, key: string): string => {
  if (typeof from !== "object" || from === null) return "";
  const value = (from as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" ? value.trim() : "";
};

/** Title, address and description; of an embed without them whatever else it says. */
export function embedText(embed: Embed): Html {
  const words = ["title", "url", "description"].map((key) => textIn(embed, key));
  const first = words.filter((word) => word !== "");
  if (first.length > 0) return escapeText(first.join(" "));
  const fields = Array.isArray(embed["fields"]) ? embed["fields"] : [];
  const others = [
    textIn(embed["author"], "name"),
    ...fields.map((field) => `${textIn(field, "name")}: ${textIn(field, "value")}`),
    textIn(embed["footer"], "text"),
    textIn(embed["image"], "url"),
    textIn(embed["thumbnail"], "url"),
  ].filter((word) => word !== "" && word !== ": ");
  return escapeText(others.length === 0 ? "(embed)" : others.join(" "));
}
