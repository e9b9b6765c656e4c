import {
  type EventOf,
  ignored,
  mergedChannels,
  mergedThread,
  namesInThread,
  type Role,
  type RosterUser,
  rememberHere,
  type UserId,
  withFormer,
} from "@dragoman/bus-schema";
import type { TextIndex } from "@dragoman/service-kit";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of people change in the roster. */
export const userRows: Family<"user"> = {
  "user.joined": (state, { user }) => {
    const before = state.users.get(user.userId);
    const givenUp = before === undefined ? [] : [before.name, before.handle];
    setUser(state, formerly({ ...user, departed: false, banned: false }, before, givenUp));
    rememberHere(state.hereLast, user.userId);
    return "people";
  },
  "user.renamed": (state, { userId, name, handle, before, handleBefore }) => {
    const user = state.users.get(userId);
    if (user === undefined) return "people";
    const givenUp = [before, ...(handleBefore === undefined ? [] : [handleBefore])];
    setUser(state, formerly({ ...user, name, handle }, user, givenUp));
    return "people";
  },
  "user.assigned": (state, { userId, roleIds }) => {
    changeUser(state, userId, { roleIds });
    return "audience";
  },
  "user.merged": (state, event) => {
    merge(state, event);
    return "audience";
  },
  "user.departed": (state, { userId }) => {
    changeUser(state, userId, { departed: true });
    return "audience";
  },
  "user.erased": (state, { accounts }) => {
    for (const account of accounts) erase(state, account);
    return "audience";
  },
  "user.forgotten": ignored("messages are not held"),
  "user.nicknamed": (state, event) => {
    setNickname(state, event);
    return "people";
  },
  "user.pictured": (state, { userId, url }) => {
    setPicture(state, userId, url);
    return "people";
  },
  // Tokens are judged by core.
  "user.revoked": (state, { userId, first }) => {
    if (first === undefined) return "nothing";
    changeUser(state, userId, { local: true });
    return "people";
  },
};

/** As in core's state (`core/src/state/erase.ts`): what is left of an account is its number. */
function erase(
  state: RosterState,
  { userId, name }: EventOf<"user.erased">["accounts"][number],
): void {
  const user = state.users.get(userId);
  if (user === undefined) return;
  const { number, mergedInto } = user;
  setUser(state, {
    userId,
    number,
    name,
    handle: name,
    roleIds: [],
    status: { status: "offline", text: "" },
    local: false,
    demo: false,
    departed: true,
    banned: false,
    ...(mergedInto === undefined ? {} : { mergedInto }),
  });
  state.hereLast.delete(userId);
  for (const people of state.admissions.values()) people.delete(userId);
}

/** A person with the names that they have given up. */
function formerly(
  user: RosterUser,
  before: RosterUser | undefined,
  givenUp: readonly string[],
): RosterUser {
  const { formerNames: _, ...bare } = user;
  const formerNames = withFormer(before?.formerNames, givenUp, [user.name, user.handle]);
  return formerNames.length === 0 ? bare : { ...bare, formerNames };
}

/** As in core's state (`core/src/state/merge.ts`), as far as rosters know of it. */
function merge(state: RosterState, event: EventOf<"user.merged">): void {
  const { fromId, intoId, roleIds, color } = event;
  for (const [userId, { mergedInto }] of [...state.users.holding(fromId)]) {
    if (mergedInto === fromId) changeUser(state, userId, { mergedInto: intoId });
  }
  changeUser(state, fromId, { departed: true, mergedInto: intoId });
  changeUser(state, intoId, { roleIds, color });
  const changed = mergedChannels(state.channels.values(), event);
  state.mergedBefore = changed.flatMap(({ channelId }) => state.channels.get(channelId) ?? []);
  for (const channel of changed) state.channels.set(channel.channelId, channel);
  for (const [threadId, thread] of state.threads) {
    if (namesInThread(thread, fromId)) state.threads.set(threadId, mergedThread(thread, event));
  }
  for (const people of state.admissions.values()) {
    const passwordId = people.get(fromId);
    if (passwordId !== undefined && !people.has(intoId)) people.set(intoId, passwordId);
  }
}

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
  for (const roleId of roleIds) {
    if (!isGiven(state.roles.get(roleId))) continue;
    state.givenRoles.add(userId);
    return;
  }
  state.givenRoles.delete(userId);
}

/** Enters a person, or takes the place of what was known. */
export function setUser(state: RosterState, user: RosterUser): void {
  const before = state.users.get(user.userId);
  state.users.set(user.userId, user);
  if (before !== undefined) touch(state, user.userId);
  const isCalledSo = before?.name === user.name && before.mergedInto === user.mergedInto;
  if (before !== undefined && !isCalledSo) state.nameEpoch += 1;
  enterUser(state, user, state.users.placeOf(user.userId), before);
}

/** What the roster knows of a person beside the person, the nth of all. */
export function enterUser(
  state: RosterState,
  user: RosterUser,
  nth: number,
  before?: RosterUser,
): void {
  const wasMember = before?.departed === false;
  state.members += Number(!user.departed) - Number(wasMember);
  followGivenRoles(state, user);
  enter(state.names, nth, namesOf(before), namesOf(user));
  enter(state.formerNames, nth, formerNamesOf(before), formerNamesOf(user));
  enter(state.nicknames, nth, nicknamesOf(before), nicknamesOf(user));
}

/** Puts present names in the place of former ones: a roster that starts now would not have those. */
function enter(
  names: TextIndex,
  nth: number,
  former: readonly string[],
  present: readonly string[],
): void {
  for (const name of former) if (!present.includes(name)) names.delete(name, nth);
  for (const name of present) if (!former.includes(name)) names.add(name, nth);
}

function namesOf(user: RosterUser | undefined): readonly string[] {
  if (user === undefined) return [];
  const [handle, name] = [user.handle.toLowerCase(), user.name.toLowerCase()];
  return handle === name ? [name] : [handle, name];
}

function formerNamesOf(user: RosterUser | undefined): readonly string[] {
  return [...new Set(user?.formerNames?.map((name) => name.toLowerCase()))];
}

function nicknamesOf(user: RosterUser | undefined): readonly string[] {
  return user?.nickname === undefined ? [] : [nicknameKey(user.nickname)];
}

/** Whose a name or a handle in small letters is; where it is nobody's, whose it was. */
export const userOfName = (state: RosterState, name: string): RosterUser | undefined =>
  found(state, state.names.find(name), (user) => namesOf(user).includes(name)) ??
  found(state, state.formerNames.find(name), (user) => formerNamesOf(user).includes(name));

/** Whose a nickname is, by `nicknameKey`. */
export const userOfNickname = (state: RosterState, key: string): RosterUser | undefined =>
  found(state, state.nicknames.find(key), (user) => nicknamesOf(user).includes(key));

/** Whoever is still here goes before whoever has departed, and the latest account before those of before. */
function found(
  { users }: RosterState,
  places: readonly number[],
  isIt: (user: RosterUser) => boolean,
): RosterUser | undefined {
  const all = [...places]
    .sort((one, other) => other - one)
    .flatMap((nth) => [...users.slice(nth, 1)])
    .flatMap(([userId]) => users.get(userId) ?? [])
    .filter(isIt);
  return all.find(({ departed }) => !departed) ?? all[0];
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
