/** Files as lines of chat (bridge table, Messages): one for each attachment, embeds in words. */
import type { Embed, Message, Node } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { contentText } from "./client-form.ts";
import { settings } from "./settings.ts";
import { escapeText, escapeTree, type Html, join, safe, vouch } from "./text.ts";

/** A size as people say it. */
function shownSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}

/** Name, size and address of each attachment. */
export function attachmentLines({ attachments = [] }: Message, { roster, config }: View): Html[] {
  return attachments.map(({ attachmentId, name, size, mime }) => {
    const url = `${roster.fileBase}/attachments/${attachmentId}`;
    const isPicture = settings(config).imageTags && mime.startsWith("image/");
    const shown: Node = isPicture ? { kind: "picture", address: url } : { kind: "text", text: url };
    return safe`${escapeText(`${name} (${shownSize(size)})`)} ${escapeTree([shown])}`;
  });
}

/** Lines of our own under each other, as clients break them. */
export const underEachOther = (lines: readonly Html[]): Html => join(lines, " <br/> ");

const textIn = (from: unknown, key: string): string => {
  if (typeof from !== "object" || from === null) return "";
  const value = (from as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" ? value.trim() : "";
};

/** Title, address and description, in Markdown; of an embed without them whatever else it says. */
export function embedText(embed: Embed, view: View): Html {
  const shown = (text: string): Html => contentText({ text, markup: "markdown" }, view);
  const words = ["title", "url", "description"].map((key) => textIn(embed, key));
  const first = words.filter((word) => word !== "");
  if (first.length > 0) return join(first.map(shown), " ");
  const fields = Array.isArray(embed["fields"]) ? embed["fields"] : [];
  const others = [
    textIn(embed["author"], "name"),
    ...fields.map((field) => `${textIn(field, "name")}: ${textIn(field, "value")}`),
    textIn(embed["footer"], "text"),
    textIn(embed["image"], "url"),
    textIn(embed["thumbnail"], "url"),
  ].filter((word) => word !== "" && word !== ": ");
  return others.length === 0 ? vouch("(embed)") : join(others.map(shown), " ");
}
