/** Answers of slash commands that the asking connection alone gets and nothing stores. */
import type { Channel } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, reply } from "../answer.ts";
import { shownName } from "../place.ts";
import { systemName } from "../system-name.ts";
import { nameOf } from "../view.ts";

/** Lines without a message behind them are numbered from here (gateway-kit, `View.lineNumber`). */
const lineNumberBase = 2 ** 52;

/** A message that nobody else gets. Its id is of the right form and of no message. */
export function replyUnsaved(
  ask: Ask,
  command: string,
  channel: Channel,
  content: string,
  view: View,
): Step {
  const serial = (view.lineNumber() - lineNumberBase).toString(16).padStart(12, "0");
  const { userId } = ask.session;
  return reply(ask, {
    cmd: "message_new",
    message: {
      user: systemName,
      content,
      timestamp: view.clockMs / 1000,
      id: `00000000-0000-4000-8000-${serial}`,
      pinned: false,
      type: "message",
      interaction: { command, username: nameOf(userId, view.roster) },
    },
    channel: shownName(channel, userId, view.roster),
    global: true,
  });
}
