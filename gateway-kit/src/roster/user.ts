import {
  type EventOf,
  ignored,
  type Role,
  type RosterUser,
  rememberHere,
  type UserId,
} from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of people change in the roster. */
export const userRows: Family<"user"> = {
  "user.joined": (state, { user }) => {
    setUser(state, { ...user, departed: false, banned: false });
    rememberHere(state.hereLast, user.userId);
    return "people";
  },
  "user.renamed": (state, { userId, name, handle }) => {
    changeUser(state, userId, { name, handle });
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

/** Nicknames are found whatever the case, also as lists show them: blanks as `_`, without marks at the front. */
export const nicknameKey = (nickname: string): string =>
  nickname.trim().replace(/^~+/, "").replace(/\s/gu, "_").toLowerCase();

/** Changes of people that are remembered one by one. */
const revisionsMax = 50_000;

/** Something about a person, or the person's sessions, is another. */
export function touch(state: RosterState, userId: UserId): void {
  state.peopleEpoch += 1;
  if (state.revisions.size >= revisionsMax) {
    state.revisions.clear();
    state.revisionBase = state.peopleEpoch;
  }
  state.revisions.set(userId, state.peopleEpoch);
}

/** The role that everybody has. */
const memberRole = "user";

/** Whether others gave it. */
export const isGiven = (role: Role | undefined): boolean =>
  role !== undefined && role.name !== memberRole && !role.selfAssignable;

export function followGivenRoles(state: RosterState, { userId, roleIds }: RosterUser): void {
  if (roleIds.some((roleId) => isGiven(state.roles.get(roleId)))) state.givenRoles.add(userId);
  else state.givenRoles.delete(userId);
}

/** Enters a person, or takes the place of what was known. */
export function setUser(state: RosterState, user: RosterUser): void {
  const before = state.users.get(user.userId);
  const wasMember = before?.departed === false;
  state.members += Number(!user.departed) - Number(wasMember);
  state.users.set(user.userId, user);
  if (before !== undefined) touch(state, user.userId);
  followGivenRoles(state, user);
  enter(state.names, user.userId, namesOf(before), namesOf(user));
  enter(state.nicknames, user.userId, nicknameOf(before), nicknameOf(user));
}

/** Puts present names in the place of former ones: a roster that starts now would not have those. */
function enter(
  names: Map<string, UserId>,
  userId: UserId,
  former: readonly string[],
  present: readonly string[],
): void {
  for (const name of former) {
    if (!present.includes(name) && names.get(name) === userId) names.delete(name);
  }
  for (const name of present) if (!former.includes(name)) names.set(name, userId);
}

function namesOf(user: RosterUser | undefined): readonly string[] {
  return user === undefined ? [] : [user.handle.toLowerCase(), user.name.toLowerCase()];
}

function nicknameOf(user: RosterUser | undefined): readonly string[] {
  return user?.nickname === undefined ? [] : [nicknameKey(user.nickname)];
}

/** Changes what may not be absent. */
export function changeUser(state: RosterState, userId: UserId, change: Partial<RosterUser>): void {
  const user = state.users.get(userId);
  if (user !== undefined) setUser(state, { ...user, ...change });
}

function setNickname(
  state: RosterState,
  { userId, nickname, lasting }: EventOf<"user.nicknamed">,
): void {
  const user = state.users.get(userId);
  if (user === undefined) return;
  const { nickname: _, lastingNickname: __, ...bare } = user;
  setUser(state, {
    ...bare,
    ...(nickname === null ? {} : { nickname }),
    ...(lasting === undefined ? {} : { lastingNickname: lasting }),
  });
}

function setPicture(state: RosterState, userId: UserId, url: string | null): void {
  const user = state.users.get(userId);
  if (user === undefined) return;
  const { pictureUrl: _, ...bare } = user;
  setUser(state, url === null ? bare : { ...bare, pictureUrl: url });
}
