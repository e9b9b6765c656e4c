/**
 * Roles (part 3, 2.3): the whole list after any change. Channels whose lists read otherwise by it are told of in
 * place; a fresh channel list goes to those alone who gain or lose one (part 3, 1.3).
 */
import { namesRole, type Role, type RoleId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { listChannels } from "../channel-list.ts";
import { channelUpdate, rolesList, userRolesGet } from "../packet.ts";
import { listPeople } from "../people-list.ts";
import { peopleWithOtherChannels } from "../sight.ts";
import { permissionsOf } from "../view.ts";
import { type Delivery, type Rows, toChannel, toEveryone } from "./row.ts";

const renderRoles = (roster: Roster): Delivery => toEveryone(() => rolesList(roster));

/** A fresh channel list to everybody whom the change of roles shows other channels. */
function renderChannelLists(roster: Roster): readonly Delivery[] {
  const changed = peopleWithOtherChannels(roster);
  return changed.length === 0
    ? []
    : [{ audience: { to: "people", userIds: changed }, list: listChannels(roster) }];
}

/** The channels whose minimum rank other roles have now: their lists name those (bridge table, minimum rank). */
function renderRankedChannels(roster: Roster): readonly Delivery[] {
  const read = (roles: readonly Role[]) => (channel: Parameters<typeof permissionsOf>[0]) =>
    JSON.stringify(permissionsOf(channel, roster, roles)["view"]);
  const was = read([...roster.rolesBefore.values()]);
  const is = read([...roster.roles]);
  return [...roster.channels]
    .filter((channel) => channel.kind !== "whisper" && channel.minRank > 0)
    .filter((channel) => was(channel) !== is(channel))
    .map((channel) => toChannel(channel, () => channelUpdate(channel, channel.name, roster)));
}

/** Channels that list a role by its new name. */
function renderNamingChannels(to: string, roster: Roster): readonly Delivery[] {
  return [...roster.channels]
    .filter((channel) => namesRole(channel, to))
    .map((channel) => toChannel(channel, () => channelUpdate(channel, channel.name, roster)));
}

/** Holders of a role above which a list of everybody tells what has become of them. */
const holdersMax = 32;

/**
 * Tells everybody the roles of those who had a role. The roster keeps a role that is gone in their lists, where
 * nobody sees it.
 */
function renderHolders(roleId: RoleId, roster: Roster): readonly Delivery[] {
  const holders = roster.holdersOf(roleId).filter((user) => !user.departed);
  return holders.length > holdersMax
    ? [{ audience: { to: "everyone" }, steps: listPeople }]
    : holders.map((user) => toEveryone(() => userRolesGet(user, false, roster)));
}

export const roleRows: Rows<"role"> = {
  "role.created": (_event, _commit, { roster }) => [renderRoles(roster)],
  "role.updated": ({ renamed }, _commit, { roster }) => [
    renderRoles(roster),
    ...(renamed === undefined ? [] : renderNamingChannels(renamed.to, roster)),
    ...renderChannelLists(roster),
  ],
  "role.deleted": ({ roleId }, _commit, { roster }) => [
    renderRoles(roster),
    ...renderHolders(roleId, roster),
    ...renderRankedChannels(roster),
    ...renderChannelLists(roster),
  ],
  "role.reordered": (_event, _commit, { roster }) => [
    renderRoles(roster),
    ...renderRankedChannels(roster),
    ...renderChannelLists(roster),
  ],
};
