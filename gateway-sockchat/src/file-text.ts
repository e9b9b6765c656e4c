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

/**
 * An embed under each other: whose it is; title, address and description; `name: value` for each field; pictures; the
 * footer. Texts are in Markdown.
 */
export function embedText(embed: Embed, view: View): Html {
  const shown = (text: string): Html => contentText({ text, markup: "markdown" }, view);
  const picture = (key: string): Html => {
    const url = textIn(embed[key], "url");
    const isTag = url !== "" && settings(view.config).imageTags;
    return isTag ? escapeTree([{ kind: "picture", address: url }]) : shown(url);
  };
  const first = ["title", "url", "description"].map((key) => textIn(embed, key));
  const fields = Array.isArray(embed["fields"]) ? embed["fields"] : [];
  const lines = [
    shown(textIn(embed["author"], "name")),
    join(first.filter((word) => word !== "").map(shown), " "),
    ...fields.map((field) => fieldLine(textIn(field, "name"), textIn(field, "value"), shown)),
    picture("image"),
    picture("thumbnail"),
    shown(textIn(embed["footer"], "text")),
  ].filter((line) => line !== "");
  return lines.length === 0 ? vouch("(embed)") : underEachOther(lines);
}

function fieldLine(name: string, value: string, shown: (text: string) => Html): Html {
  if (name === "" || value === "") return shown(name + value);
  return safe`${shown(name)}: ${shown(value)}`;
}
