/**
 * The one builder of what a community consists of: roles, people, channels, sessions, messages. Each makes the
 * plainest whole one, `change` says what a test needs otherwise; a new field of the schema is added here alone.
 */
import type {
  AnswerOf,
  Channel,
  ChannelId,
  GatewayId,
  Message,
  MessageId,
  MessageNumber,
  Role,
  RoleId,
  RosterUser,
  Session,
  SessionId,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";

/** The moment at which what is built was made: epoch milliseconds. */
const madeMs = 1_700_000_000_000;

const id = (kind: number, n: number): string =>
  `0000000${kind}-0000-4000-8000-${n.toString().padStart(12, "0")}`;

/** Ids that follow from a number or a name. */
export const messageId = (n: number): MessageId => id(1, n) as MessageId;
export const channelId = (n: number): ChannelId => id(2, n) as ChannelId;
const roleId = (n: number): RoleId => id(3, n) as RoleId;
export const userId = (name: string): UserId => `user_${name}` as UserId;
export const sessionId = (name: string): SessionId => name.padEnd(32, "_") as SessionId;

/** A role; its id and its position follow from the rank. */
export function role(
  name: string,
  rank: number,
  permissions: readonly string[] = [],
  change: Partial<Role> = {},
): Role {
  return {
    roleId: roleId(rank),
    name,
    description: null,
    color: null,
    hoisted: false,
    permissions: [...permissions],
    selfAssignable: false,
    category: null,
    position: 10 - rank,
    rank,
    ...change,
  };
}

/** A person who is there, by a password of our own. */
export function user(
  name: string,
  number: number,
  roles: readonly Role[],
  change: Partial<RosterUser> = {},
): RosterUser {
  return {
    userId: userId(name),
    number: number as UserNumber,
    name,
    handle: name,
    roleIds: roles.map((each) => each.roleId),
    status: { status: "online", text: "" },
    local: true,
    demo: false,
    departed: false,
    banned: false,
    ...change,
  };
}

/** A text channel that these roles see and write in. */
export function channel(
  name: string,
  n: number,
  viewers: readonly string[],
  change: Partial<Channel> = {},
): Channel {
  return {
    channelId: channelId(n),
    kind: "text",
    name,
    slug: name,
    permissions: { view: [...viewers], send: [...viewers] },
    minRank: 0,
    hasPassword: false,
    temporary: false,
    ...change,
  };
}

/** A person's session that stands in no one place; its id follows from the person's name. */
export function session(
  person: Pick<RosterUser, "name" | "userId">,
  change: Partial<Session> = {},
): Session {
  return {
    sessionId: sessionId(person.name),
    userId: person.userId,
    gatewayId: "gateway" as GatewayId,
    protocol: "originchats",
    traits: { stands: "everywhere", flood: "close" },
    ...change,
  };
}

/** The nth message of a community, ada's in channel 1 where nothing else is said. */
export function message(n: number, change: Partial<Message> = {}): Message {
  return {
    messageId: messageId(n),
    number: n as MessageNumber,
    place: { channelId: channelId(1) },
    author: { kind: "user", userId: userId("ada") },
    kind: "text",
    content: { text: "hi", markup: "markdown" },
    createdAtUs: madeMs * 1_000 + n,
    ...change,
  };
}

export type RosterSnapshot = AnswerOf<"roster.snapshot"> & {
  readonly users: readonly RosterUser[];
};

/** What a gateway begins with: of a community in which nothing is but `change`. */
export function snapshot(change: Partial<RosterSnapshot> = {}): RosterSnapshot {
  return {
    server: {
      name: "Test",
      ownerName: "olga",
      motd: "",
      defaultChannelId: channelId(1),
      postContentMax: 2_000,
    },
    roles: [],
    threads: [],
    channels: [],
    users: [],
    people: change.users?.length ?? 0,
    sessions: [],
    lastMessages: [],
    lastId: "",
    lastAt: madeMs,
    term: 1,
    ...change,
  };
}

/** Sessions as a snapshot has them: none of them dropped. */
export const standingSessions = (sessions: readonly Session[]): RosterSnapshot["sessions"] =>
  sessions.map((each) => ({ ...each, dropped: false }));
