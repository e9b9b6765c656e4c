/** Messages (part 2, sections 3 to 5), to a channel's viewers. */
import { type Channel, type Message, samePlace } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { EmptyPlaces } from "../empty-places.ts";
import { messageEdit, messageNew, messagesGet, newerPage } from "../packet.ts";
import { shownName } from "../place.ts";
import { encode } from "../wire.ts";
import { type Delivery, type Rows, toChannel } from "./row.ts";

/**
 * The first message of a place comes with a page that holds it, to whoever has the place open and was given an empty one.
 * Nobody else gets one: the client takes a page that it has not asked for as read, whatever is on screen.
 */
function renderFirstPage(message: Message, channel: Channel, roster: Roster): readonly Delivery[] {
  const { place } = message;
  if (!roster.extension(EmptyPlaces).take(place)) return [];
  const range = { start: 0, end: 100 };
  const { threadId, channelId } = place;
  return [
    {
      audience: { to: "channel", channelId },
      personal: ({ own, session }) => {
        if (session === undefined || own.emptyPage === undefined) return [];
        if (!samePlace(own.emptyPage, place)) return [];
        own.emptyPage = undefined;
        const page = messagesGet([message], range, channel, session.userId, roster, threadId);
        return [encode(own.newer ? newerPage(page, true) : page)];
      },
    },
  ];
}

function renderNew(message: Message, roster: Roster): readonly Delivery[] {
  const channel = roster.channel(message.place.channelId);
  if (channel === undefined) return [];
  const posted = toChannel(channel, (viewerId) => messageNew(message, channel, viewerId, roster));
  return [posted, ...renderFirstPage(message, channel, roster)];
}

export const messageRows: Rows<"message"> = {
  "message.posted": ({ message }, _commit, { roster }) => renderNew(message, roster),
  "message.announced": ({ message }, _commit, { roster }) => renderNew(message, roster),
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
