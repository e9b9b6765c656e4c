/** Polls in words (bridge table, poll): numbered options, the votes of each in brackets. */
import { beginning, type Poll } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { shownEmoji } from "./client-form.ts";

/** A text of somebody's on one line, so that it cannot look like the next option. */
const line = (text: string): string => text.replace(/\s+/gu, " ");

const emojiMax = 32;

/** An option's emoji in front of its text; nothing where it has none. */
function emojiOf(emoji: string | undefined, roster: Roster): string {
  return emoji === undefined ? "" : `${line(beginning(shownEmoji(emoji, roster), emojiMax))} `;
}

const optionLines = ({ options }: Poll, roster: Roster): readonly string[] =>
  options.map(
    ({ text, emoji, votes }, index) =>
      `${index + 1}. ${emojiOf(emoji, roster)}${line(text)} (${votes})`,
  );

/** A poll's own line, in the place of a text. In a whisper one votes by the other's name, wherever one stands. */
export function pollText(poll: Poll, isWhispered: boolean, roster: Roster): string {
  const over = poll.endedAtUs !== null;
  const how = isWhispered ? "Vote with /vote name number" : "Vote with /vote number";
  const last = over ? "The poll has ended" : how;
  return [line(poll.question), ...optionLines(poll, roster), last].join("\n");
}

/** The running result. */
export function resultText(poll: Poll, roster: Roster): string {
  const over = poll.endedAtUs === null ? "" : " has ended";
  return `Poll "${line(poll.question)}"${over}: ${optionLines(poll, roster).join(", ")}`;
}
