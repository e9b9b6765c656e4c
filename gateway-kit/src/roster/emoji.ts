import type { Emoji } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of emoji change in the roster. */
export const emojiRows: Family<"emoji"> = {
  "emoji.added": stands,
  "emoji.updated": stands,
  "emoji.deleted": (state, { emoji }) => {
    state.emojis.delete(emoji.emojiId);
    return "nothing";
  },
};

function stands(state: RosterState, { emoji }: { readonly emoji: Emoji }): "nothing" {
  state.emojis.set(emoji.emojiId, emoji);
  return "nothing";
}
