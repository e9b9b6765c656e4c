import type { ChannelId, CredentialId, UserId } from "@dragoman/bus-schema";
import { PackedMap } from "@dragoman/service-kit";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of channels change in the roster. */
export const channelRows: Family<"channel"> = {
  "channel.created": (state, { channel }) => {
    state.channels.set(channel.channelId, channel);
    return "audience";
  },
  "channel.updated": (state, { channel, before }) => {
    dropAdmissions(state, channel.channelId, before.passwordId);
    state.channels.set(channel.channelId, channel);
    return "audience";
  },
  "channel.moved": (state, { channelId, index }) => {
    move(state, channelId, index);
    return "audience";
  },
  "channel.deleted": (state, { channel }) => {
    // Admissions and threads stay: who read them is asked when the end is told.
    state.channels.delete(channel.channelId);
    state.lastMessages.delete(channel.channelId);
    return "audience";
  },
  "channel.admitted": (state, { channelId, userId, passwordId }) => {
    admit(state, channelId, userId, passwordId);
    return "audience";
  },
  "channel.dismissed": (state, { channelId, userId }) => {
    state.admissions.get(channelId)?.delete(userId);
    return "audience";
  },
};

/** Remembers by which password a person was let into a channel. */
export function admit(
  state: RosterState,
  channelId: ChannelId,
  userId: UserId,
  passwordId: CredentialId,
): void {
  const people = state.admissions.get(channelId) ?? new PackedMap<UserId, CredentialId>();
  state.admissions.set(channelId, people);
  people.set(userId, passwordId);
}

/** Forgets admissions by other passwords than this one. */
function dropAdmissions(
  state: RosterState,
  channelId: ChannelId,
  passwordId: CredentialId | undefined,
): void {
  const people = state.admissions.get(channelId);
  for (const [userId, by] of people ?? []) if (by !== passwordId) people?.delete(userId);
}

function move(state: RosterState, channelId: ChannelId, index: number): void {
  const channel = state.channels.get(channelId);
  if (channel === undefined) return;
  const others = [...state.channels.values()].filter((each) => each !== channel);
  others.splice(index, 0, channel);
  state.channels.clear();
  for (const each of others) state.channels.set(each.channelId, each);
}
