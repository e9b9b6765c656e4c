/** A small community as core's state. */
import type {
  AddressTag,
  Channel,
  ChannelId,
  CredentialId,
  GatewayId,
  Role,
  RoleId,
  SessionId,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";
import { initialState, type Person, type State } from "@dragoman/core/state";

const id = (kind: number, n: number): string =>
  `0000000${kind}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

export const channelId = (n: number): ChannelId => id(2, n) as ChannelId;
export const sessionId = (name: string): SessionId => name.padEnd(32, "_") as SessionId;

function role(name: string, rank: number, permissions: string[]): Role {
  return {
    roleId: id(3, rank) as RoleId,
    name,
    description: null,
    color: null,
    hoisted: false,
    permissions,
    selfAssignable: false,
    category: null,
    position: 10 - rank,
    rank,
  };
}

const owner = role("owner", 10, ["administrator"]);
const moderator = role("moderator", 5, ["kick_members", "ban_members"]);
const user = role("user", 1, []);

function channel(n: number, name: string, viewers: string[]): Channel {
  return {
    channelId: channelId(n),
    kind: "text",
    name,
    slug: name,
    permissions: { view: viewers, send: viewers },
    minRank: 0,
    hasPassword: false,
    temporary: false,
  };
}

/** A state with the channels general (1) and staff (2), and nobody in it. */
export function community(): State {
  const state = initialState();
  for (const each of [owner, moderator, user]) state.roles.set(each.roleId, each);
  for (const each of [channel(1, "general", ["user"]), channel(2, "staff", ["moderator"])]) {
    state.channels.set(each.channelId, each);
    state.channelNames.set(each.name, each.channelId);
  }
  state.server = {
    name: "Test",
    ownerName: "Admin",
    motd: "",
    defaultChannelId: channelId(1),
    postContentMax: 2_000,
  };
  return state;
}

/** Puts a person into the state, `name` being the id as well. */
export function settle(
  state: State,
  name: string,
  more: { credentialId?: CredentialId; roles?: "user" | "moderator"; local?: boolean } = {},
): Person {
  const userId = name as UserId;
  const number = (1_000_000_000 + state.people.size) as UserNumber;
  const roles = more.roles === "moderator" ? [moderator, user] : [user];
  const person: Person = {
    user: {
      userId,
      number,
      name,
      handle: name,
      roleIds: roles.map(({ roleId }) => roleId),
      status: { status: "offline", text: "" },
      local: more.local ?? true,
      demo: false,
    },
    departed: false,
    epoch: 0,
    ...(more.credentialId === undefined ? {} : { credentialId: more.credentialId }),
  };
  state.people.set(userId, person);
  state.names.set(name, userId);
  state.numbers.set(number, userId);
  return person;
}

/** Signs a person in; the session's id follows from the name. */
export function signIn(state: State, name: string): SessionId {
  const session = {
    sessionId: sessionId(name),
    userId: name as UserId,
    gatewayId: "gateway" as GatewayId,
    protocol: "originchats",
    traits: { stands: "everywhere", flood: "close" },
  } as const;
  const addressTag = "tag" as AddressTag;
  state.sessions.set(session.sessionId, { session, addressTag, droppedUntilMs: null });
  return session.sessionId;
}

/** A replica that stands still at a sequence. */
export function standing(state: State, seq: number) {
  return {
    state,
    position: { seq, id: `record-${seq}`, at: 1_700_000_000_000, term: 1 },
    current: true,
    reached: (wanted: number) => Promise.resolve(wanted <= seq),
  };
}
