/** Polls in words (bridge table, poll): numbered options, the votes of each in brackets. */
import type { Poll } from "@dragoman/bus-schema";

/** A text of somebody's on one line, so that it cannot look like the next option. */
const line = (text: string): string => text.replace(/\s+/gu, " ");

const optionLines = ({ options }: Poll): readonly string[] =>
  options.map(({ text, votes }, index) => `${index + 1}. ${line(text)} (${votes})`);

/** A poll's own line, in the place of a text. In a whisper one votes by the other's name, wherever one stands. */
export function pollText(poll: Poll, isWhispered: boolean): string {
  const over = poll.endedAtUs !== null;
  const how = isWhispered ? "Vote with /vote name number" : "Vote with /vote number";
  const last = over ? "The poll has ended" : how;
  return [line(poll.question), ...optionLines(poll), last].join("\n");
}

/** The running result. */
export function resultText(poll: Poll): string {
  const over = poll.endedAtUs === null ? "" : " has ended";
  return `Poll "${line(poll.question)}"${over}: ${optionLines(poll).join(", ")}`;
}
