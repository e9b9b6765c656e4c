/** Polls in words (bridge table, poll): numbered options, the votes of each in brackets. */
import type { Poll } from "@dragoman/bus-schema";

const numbered = ({ options }: Poll): readonly string[] =>
  options.map(({ text, votes }, index) => `${index + 1}. ${text} (${votes})`);

/** A poll's own line, in the place of a text. */
export function pollText(poll: Poll): string {
  const over = poll.endedAtUs !== null;
  const last = over ? "The poll has ended" : "Vote with /vote number";
  return [poll.question, ...numbered(poll), last].join("\n");
}

/** The running result. */
export function resultText(poll: Poll): string {
  const over = poll.endedAtUs === null ? "" : " has ended";
  return `Poll "${poll.question}"${over}: ${numbered(poll).join(", ")}`;
}
