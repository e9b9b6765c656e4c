/** What the events of channels do to the state. */
import type { Channel, ChannelId } from "@dragoman/bus-schema";
import { PackedMap } from "@dragoman/service-kit";
import { dropFilesOfChannel } from "../state/file.ts";
import { pairKey } from "../state/find.ts";
import { dropChannelThings, enterChannelNames } from "../state/place.ts";
import type { State } from "../state/shape.ts";
import type { EventRows } from "./row.ts";

function dropNames(state: State, { name, slug }: Channel): void {
  state.channelNames.delete(name.toLowerCase());
  state.channelSlugs.delete(slug.toLowerCase());
}

/** What is kept by place, of a channel and its threads. */
function dropPlaces(state: State, channelId: ChannelId): void {
  const isOfChannel = (key: string): boolean =>
    key === channelId || key.startsWith(`${channelId}/`);
  for (const kept of [state.rings, state.readers]) {
    for (const key of kept.keys()) if (isOfChannel(key)) kept.delete(key);
  }
}

export const channelEvents: EventRows<"channel"> = {
  "channel.created": (state, { channel }) => {
    const { channelId, peopleIds } = channel;
    state.channels.set(channelId, channel);
    enterChannelNames(state, channel);
    if (peopleIds !== undefined) state.whispers.set(pairKey(...peopleIds), channelId);
  },
  "channel.updated": (state, { channel, before }) => {
    dropNames(state, before);
    enterChannelNames(state, channel);
    state.channels.set(channel.channelId, channel);
    if (channel.passwordId !== before.passwordId) state.admissions.delete(channel.channelId);
  },
  "channel.moved": (state, { channelId, index }) => {
    const channels = [...state.channels].filter(([id]) => id !== channelId);
    const channel = state.channels.get(channelId);
    if (channel === undefined) return;
    channels.splice(index, 0, [channelId, channel]);
    state.channels.clear();
    for (const [id, each] of channels) state.channels.set(id, each);
  },
  "channel.deleted": (state, { channel }, { position }) => {
    dropFilesOfChannel(state, channel.channelId, position.at);
    dropNames(state, channel);
    state.channels.delete(channel.channelId);
    state.admissions.delete(channel.channelId);
    dropPlaces(state, channel.channelId);
    dropChannelThings(state, channel.channelId);
  },
  "channel.admitted": (state, { channelId, userId, passwordId }) => {
    const people = state.admissions.get(channelId) ?? new PackedMap();
    state.admissions.set(channelId, people);
    people.set(userId, passwordId);
  },
  "channel.dismissed": (state, { channelId, userId }) => {
    const people = state.admissions.get(channelId);
    people?.delete(userId);
    if (people?.size === 0) state.admissions.delete(channelId);
  },
};
