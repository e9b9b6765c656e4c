/** What a reader calls the emoji, channels and roles that stand in words by their ids. */
import type { ChannelId, EmojiId, Names } from "@dragoman/bus-schema";
import type { Reading, State } from "./shape.ts";

const none = "" as ChannelId;

export function namesIn(state: Reading<State>): Names {
  return {
    emoji: (id) => state.emojis.get(id as EmojiId)?.name,
    channel: (typed) => {
      const lower = typed.toLowerCase();
      const named = state.channels.get(state.channelNames.get(lower) ?? none);
      const slugged = state.channels.get(state.channelSlugs.get(lower) ?? none);
      const channel = named?.name === typed ? named : slugged;
      return channel?.kind === "text" ? channel.slug : channel?.name;
    },
    roles: () => [...state.roles.values()].map(({ name }) => name),
  };
}
