/** Messages (part 2, sections 3 to 5), to a channel's viewers. */
import type { Channel, Commit, Message } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { messageEdit, messageNew, messagesGet } from "../packet.ts";
import { shownName } from "../place.ts";
import { type Delivery, type Rows, toChannel, toEach } from "./row.ts";

/** Whether the commit made the channel. */
function isNew(channel: Channel, commit: Commit): boolean {
  return commit.events.some(
    (event) => event.type === "channel.created" && event.channel.channelId === channel.channelId,
  );
}

/**
 * The first whisper comes with a page that holds it: the stock client shows nothing live in a channel that it
 * has never loaded (part 1, 3.3).
 */
function renderFirstPage(message: Message, channel: Channel, roster: Roster): Delivery {
  return toEach(channel, (viewerId) =>
    messagesGet([message], { start: 0, end: 100 }, channel, viewerId, roster),
  );
}

export const messageRows: Rows<"message"> = {
  "message.posted": ({ message }, commit, { roster }) => {
    const channel = roster.channel(message.place.channelId);
    if (channel === undefined) return [];
    const posted = toChannel(channel, (viewerId) => messageNew(message, channel, viewerId, roster));
    if (channel.kind !== "whisper" || !isNew(channel, commit)) return [posted];
    return [posted, renderFirstPage(message, channel, roster)];
  },
  "message.announced": ({ message }, _commit, { roster }) => {
    const channel = roster.channel(message.place.channelId);
    if (channel === undefined) return [];
    return [toChannel(channel, (viewerId) => messageNew(message, channel, viewerId, roster))];
  },
  "message.edited": ({ message }, _commit, { roster }) => {
    const channel = roster.channel(message.place.channelId);
    if (channel === undefined) return [];
    return [toChannel(channel, (viewerId) => messageEdit(message, channel, viewerId, roster))];
  },
  "message.deleted": ({ messageId, place, expired }, _commit, { roster }) => {
    const channel = roster.channel(place.channelId);
    // What its time has ended goes from the history alone: nobody is told of thousands of old messages.
    if (channel === undefined || expired === true) return [];
    return [
      toChannel(channel, (viewerId) => ({
        cmd: "message_delete",
        id: messageId,
        channel: shownName(channel, viewerId, roster),
        ...(place.threadId === undefined ? {} : { thread_id: place.threadId }),
        global: true,
      })),
    ];
  },
};
