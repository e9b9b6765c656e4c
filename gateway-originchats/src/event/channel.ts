/**
 * Channels (part 3, 1.3): an unasked full list to those whose list gains, loses or reorders an entry, and to nobody
 * else, since the stock client leaves what it shows when a list comes (part 1, 3.2); other changes in place.
 */
import { type ChannelId, type Event, sees, type UserId, views } from "@dragoman/bus-schema";
import { admittedBy, type Roster } from "@dragoman/gateway-kit";
import { listChannels } from "../channel-list.ts";
import { channelUpdate } from "../packet.ts";
import { isListed } from "../place.ts";
import { peopleHere } from "../sight.ts";
import { encode } from "../wire.ts";
import type { Delivery, Rows } from "./row.ts";

/** A list to each of those whom the change touches. */
function renderLists(roster: Roster, isTouched: (userId: UserId) => boolean): Delivery {
  const touched = peopleHere(roster).filter(isTouched);
  return { audience: { to: "people", userIds: touched }, list: listChannels(roster) };
}

/** Whether a commit lets people in because it changes the channel: they stand in it. */
const changes = (events: readonly Event[], channelId: ChannelId): boolean =>
  events.some((each) => each.type === "channel.updated" && each.channel.channelId === channelId);

export const channelRows: Rows<"channel"> = {
  "channel.created": ({ channel }, _commit, { roster }) => [
    { audience: { to: "channel", channelId: channel.channelId }, list: listChannels(roster) },
  ],
  "channel.updated": ({ channel, before }, { events }, { roster }) => {
    const keeps = (userId: UserId): boolean => isListed(before, userId, roster);
    // Whoever is let in by the same commit keeps it.
    const staying = admittedBy(events, channel);
    const lists = renderLists(
      roster,
      (userId) => !staying.has(userId) && keeps(userId) !== isListed(channel, userId, roster),
    );
    // Of a whisper nothing else changes.
    if (channel.kind === "whisper") return [lists];
    const update = encode(channelUpdate(channel, before.name, roster));
    return [
      lists,
      {
        audience: { to: "channel", channelId: channel.channelId },
        personal: ({ session }) => (session && keeps(session.userId) ? [update] : []),
      },
    ];
  },
  "channel.moved": ({ channelId, index, before }, _commit, { roster }) => {
    const order = [...roster.channels];
    const moved = roster.channel(channelId);
    const between =
      index > before ? order.slice(before, index) : order.slice(index + 1, before + 1);
    const passed = between.filter(({ kind }) => kind !== "whisper");
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
  "channel.admitted": ({ channelId, userId }, { events }, { roster }) => {
    const channel = roster.channel(channelId);
    if (channel === undefined || !roster.sees(userId, channel)) return [];
    // Whoever stands in it had it listed: a list would throw the stock client out of what it shows.
    if (changes(events, channelId)) return [];
    // Owners and those who manage channels had it listed before.
    if (views(channel, roster.actor(userId))) return [];
    return [{ audience: { to: "people", userIds: [userId] }, list: listChannels(roster) }];
  },
  "channel.dismissed": ({ channelId, userId }, _commit, { roster }) => {
    const channel = roster.channel(channelId);
    if (channel === undefined || roster.sees(userId, channel)) return [];
    if (!sees(channel, roster.actor(userId))) return [];
    return [{ audience: { to: "people", userIds: [userId] }, list: listChannels(roster) }];
  },
};
