/** Words that stand for a message where another thing is told of it: a reply, a reaction, a pin. */
import { type Content, excerptCodePointsMax, type Message } from "./content.ts";
import { treeOf } from "./markup/index.ts";
import { textOf } from "./markup/tree.ts";
import { beginning, isSeen } from "./text.ts";

const partOfAddress = /\s[a-z]{2,20}:(?:<emoji>)?\/\/\S*$/i;

/** A text on one line. */
export const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** The first words of a message, on one line; empty where it has no text. */
export function excerptOf({ content }: Pick<Message, "content">): string {
  const line = oneLine(textOf(treeOf(content)));
  const cut = beginning(line, excerptCodePointsMax);
  // A part of an address leads somewhere else, and a part of an emoji's is none.
  const whole = cut === line ? cut : cut.replace(partOfAddress, "");
  return whole === "" ? cut : whole;
}

/** Whether a reader sees anything of it, on whichever side: not of markup without words, and of what shows as nothing. */
export function shows(content: Content): boolean {
  return isSeen(textOf(treeOf(content)));
}
