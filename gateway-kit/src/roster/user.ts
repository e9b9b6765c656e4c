import { type EventOf, ignored, type RosterUser, type UserId } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of people change in the roster. */
export const userRows: Family<"user"> = {
  "user.joined": (state, { user }) => {
    setUser(state, { ...user, departed: false, banned: false });
    return "people";
  },
  "user.renamed": (state, event) => {
    rename(state, event);
    return "people";
  },
  "user.assigned": (state, { userId, roleIds }) => {
    changeUser(state, userId, { roleIds });
    return "audience";
  },
  "user.merged": (state, { fromId, intoId, roleIds, color }) => {
    changeUser(state, fromId, { departed: true });
    changeUser(state, intoId, { roleIds, color });
    return "audience";
  },
  "user.departed": (state, { userId }) => {
    changeUser(state, userId, { departed: true });
    return "audience";
  },
  "user.nicknamed": (state, event) => {
    setNickname(state, event);
    return "people";
  },
  "user.pictured": (state, { userId, url }) => {
    setPicture(state, userId, url);
    return "people";
  },
  "user.revoked": ignored("tokens are judged by core"),
};

export function setUser(state: RosterState, user: RosterUser): void {
  state.users.set(user.userId, user);
  state.names.set(user.handle.toLowerCase(), user.userId);
  state.names.set(user.name.toLowerCase(), user.userId);
}

/** Changes what is neither a name nor may be absent. */
export function changeUser(state: RosterState, userId: UserId, change: Partial<RosterUser>): void {
  const user = state.users.get(userId);
  if (user !== undefined) state.users.set(userId, { ...user, ...change });
}

/** Former names are core's to know: a roster that starts now would not have them. */
function rename(state: RosterState, { userId, name, handle }: EventOf<"user.renamed">): void {
  const user = state.users.get(userId);
  if (user === undefined) return;
  state.names.delete(user.name.toLowerCase());
  state.names.delete(user.handle.toLowerCase());
  setUser(state, { ...user, name, handle });
}

function setNickname(
  state: RosterState,
  { userId, nickname, lasting }: EventOf<"user.nicknamed">,
): void {
  const user = state.users.get(userId);
  if (user === undefined) return;
  const { nickname: _, lastingNickname: __, ...bare } = user;
  state.users.set(userId, {
    ...bare,
    ...(nickname === null ? {} : { nickname }),
    ...(lasting === undefined ? {} : { lastingNickname: lasting }),
  });
}

function setPicture(state: RosterState, userId: UserId, url: string | null): void {
  const user = state.users.get(userId);
  if (user === undefined) return;
  const { pictureUrl: _, ...bare } = user;
  state.users.set(userId, url === null ? bare : { ...bare, pictureUrl: url });
}
