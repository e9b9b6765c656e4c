/**
 * Channels (part 3, 1.3): an unasked full list to those whose list gains, loses or reorders an entry, and to nobody
 * else, since the stock client leaves what it shows when a list comes (part 1, 3.2); other changes in place.
 */
import { sees, type UserId, views } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { channelsGet, channelUpdate } from "../packet.ts";
import { encode } from "../wire.ts";
import { type Delivery, type Rows, toEach, toPeople } from "./row.ts";

/** A list to each of those whom the change touches. */
function renderLists(roster: Roster, isTouched: (userId: UserId) => boolean): Delivery {
  return {
    audience: { to: "everyone" },
    personal: ({ session }) =>
      session !== undefined && isTouched(session.userId)
        ? [encode(channelsGet(session.userId, roster))]
        : [],
  };
}

export const channelRows: Rows<"channel"> = {
  "channel.created": ({ channel }, _commit, { roster }) => [
    toEach(channel, (viewerId) => channelsGet(viewerId, roster)),
  ],
  "channel.updated": ({ channel, before }, _commit, { roster }) => {
    const keeps = (userId: UserId): boolean => roster.sees(userId, before);
    const update = encode(channelUpdate(channel, before.name, roster));
    return [
      renderLists(roster, (userId) => keeps(userId) !== roster.sees(userId, channel)),
      {
        audience: { to: "channel", channelId: channel.channelId },
        personal: ({ session }) => (session && keeps(session.userId) ? [update] : []),
      },
    ];
  },
  "channel.moved": ({ channelId, index, before }, _commit, { roster }) => {
    const order = [...roster.channels];
    const moved = roster.channel(channelId);
    const passed = index > before ? order.slice(before, index) : order.slice(index + 1, before + 1);
    return [
      renderLists(
        roster,
        (userId) =>
          moved !== undefined &&
          roster.sees(userId, moved) &&
          passed.some((channel) => roster.sees(userId, channel)),
      ),
    ];
  },
  "channel.deleted": ({ channel }, _commit, { roster }) => [
    renderLists(roster, (userId) => roster.sees(userId, channel)),
  ],
  "channel.admitted": ({ channelId, userId }, _commit, { roster }) => {
    const channel = roster.channel(channelId);
    if (channel === undefined || !roster.sees(userId, channel)) return [];
    // Owners and those who manage channels had it listed before.
    if (views(channel, roster.actor(userId))) return [];
    return [toPeople([userId], () => channelsGet(userId, roster))];
  },
  "channel.dismissed": ({ channelId, userId }, _commit, { roster }) => {
    const channel = roster.channel(channelId);
    if (channel === undefined || roster.sees(userId, channel)) return [];
    if (!sees(channel, roster.actor(userId))) return [];
    return [toPeople([userId], () => channelsGet(userId, roster))];
  },
};
