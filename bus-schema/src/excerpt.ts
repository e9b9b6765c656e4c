/** Words that stand for a message where another thing is told of it: a reply, a reaction, a pin. */
import { excerptCodePointsMax, type Message } from "./content.ts";
import { treeOf } from "./markup/index.ts";
import { textOf } from "./markup/tree.ts";

/** A text on one line. */
export const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** The first words of a message, on one line; empty where it has no text. */
export function excerptOf({ content }: Pick<Message, "content">): string {
  const line = oneLine(textOf(treeOf(content)));
  return Array.from(line).slice(0, excerptCodePointsMax).join("");
}
