/** A small community as core's state, filled by hand: for tests of what reads it. */
import type { AddressTag, CredentialId, SessionId } from "@dragoman/bus-schema";
import { initialState, type Person, type State } from "@dragoman/core/state";
import { channel, role, session, snapshot, user, userId } from "./people.ts";

const owner = role("owner", 10, ["administrator"]);
const moderator = role("moderator", 5, ["kick_members", "ban_members"]);
const member = role("user", 1);

/** A state with the channels general (1) and staff (2), and nobody in it. */
export function community(): State {
  const state = initialState();
  for (const each of [owner, moderator, member]) state.roles.set(each.roleId, each);
  for (const each of [channel("general", 1, ["user"]), channel("staff", 2, ["moderator"])]) {
    state.channels.set(each.channelId, each);
    state.channelNames.set(each.name, each.channelId);
  }
  state.server = snapshot().server;
  return state;
}

/** Puts a person into the state who is not there. */
export function settle(
  state: State,
  name: string,
  more: { credentialId?: CredentialId; roles?: "user" | "moderator"; local?: boolean } = {},
): Person {
  const roles = more.roles === "moderator" ? [moderator, member] : [member];
  const {
    departed,
    banned: _banned,
    ...settled
  } = user(name, 1_000_000_000 + state.people.size, roles, {
    status: { status: "offline", text: "" },
    local: more.local ?? true,
  });
  const person: Person = {
    user: settled,
    departed,
    epoch: 0,
    ...(more.credentialId === undefined ? {} : { credentialId: more.credentialId }),
  };
  state.people.set(settled.userId, person);
  state.names.set(name, settled.userId);
  state.numbers.set(settled.number, settled.userId);
  return person;
}

/** Signs a person in; the session's id follows from the name. */
export function signIn(state: State, name: string): SessionId {
  const opened = session({ name, userId: userId(name) });
  const addressTag = "tag" as AddressTag;
  state.sessions.set(opened.sessionId, { session: opened, addressTag, droppedUntilMs: null });
  return opened.sessionId;
}

/** A replica that stands still at a sequence. */
export function standing(state: State, seq: number) {
  return {
    state,
    position: { seq, id: `record-${seq}`, at: 1_700_000_000_000, term: 1 },
    get nowMs() {
      return Date.now();
    },
    get time() {
      return { nowMs: Date.now(), clockMs: Date.now() };
    },
    current: true,
    halt: undefined,
    reached: (wanted: number) => Promise.resolve(wanted <= seq),
  };
}
