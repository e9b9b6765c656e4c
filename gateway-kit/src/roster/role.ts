import { type Role, withRoleRenamed } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";
import { followGivenRoles, isGiven } from "./user.ts";

/** What the events of roles change in the roster. */
export const roleRows: Family<"role"> = {
  "role.created": ordered,
  "role.deleted": ordered,
  "role.reordered": ordered,
  "role.updated": (state, { roles, renamed }) => {
    setRoles(state, roles);
    if (renamed !== undefined) rename(state, renamed.from, renamed.to);
    return "audience";
  },
};

function ordered(state: RosterState, { roles }: { readonly roles: readonly Role[] }): "audience" {
  setRoles(state, roles);
  return "audience";
}

/** Sets all roles, in their order; those of before stay known until the next change. */
export function setRoles(state: RosterState, roles: readonly Role[]): void {
  state.roleEpoch += 1;
  state.rolesBefore = state.roles;
  state.roles = new Map(roles.map((role) => [role.roleId, role]));
  for (const [roleId, role] of state.rolesBefore) {
    if (isGiven(role) === isGiven(state.roles.get(roleId))) continue;
    for (const [, user] of state.users.holding(roleId)) followGivenRoles(state, user);
  }
}

/** The roles of before have the new name too: the channels that are asked by them list it. */
function rename(state: RosterState, from: string, to: string): void {
  state.rolesBefore = new Map(
    [...state.rolesBefore].map(([roleId, role]) => [
      roleId,
      role.name === from ? { ...role, name: to } : role,
    ]),
  );
  for (const [channelId, channel] of state.channels) {
    state.channels.set(channelId, withRoleRenamed(channel, from, to));
  }
}
