/** Answers of slash commands that the asking connection alone gets and nothing stores. */
import type { Channel } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, reply } from "../answer.ts";
import { shownName } from "../place.ts";
import { unsavedMessage } from "../unsaved-message.ts";
import { nameOf } from "../view.ts";

/** A message that nobody else gets. */
export function replyUnsaved(
  ask: Ask,
  command: string,
  channel: Channel,
  content: string,
  view: View,
): Step {
  const { userId } = ask.session;
  return reply(ask, {
    cmd: "message_new",
    message: {
      ...unsavedMessage(content, view),
      interaction: { command, username: nameOf(userId, view.roster) },
    },
    channel: shownName(channel, userId, view.roster),
    global: true,
  });
}
