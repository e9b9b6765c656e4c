import { ignored, type Message } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of messages change in the roster. */
export const messageRows: Family<"message"> = {
  "message.posted": rememberNewest,
  "message.announced": rememberNewest,
  "message.deleted": (state, { place, newest }) => {
    if (place.threadId !== undefined || newest === undefined) return "nothing";
    if (newest === null) state.lastMessages.delete(place.channelId);
    else state.lastMessages.set(place.channelId, newest);
    return "nothing";
  },
  "message.edited": ignored("an edit changes no place's newest message"),
};

/** The message is its place's newest now. */
function rememberNewest(state: RosterState, { message }: { readonly message: Message }): "nothing" {
  const { place, messageId, createdAtUs, number } = message;
  state.lastMessageNumber = Math.max(state.lastMessageNumber, number);
  state.lastMessages.set(place.threadId ?? place.channelId, { messageId, createdAtUs });
  return "nothing";
}
