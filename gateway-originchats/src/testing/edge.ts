/** A small community for the tests of this package: two members, a moderator, an owner; two channels, a whisper. */
import type {
  AnswerOf,
  Channel,
  ChannelId,
  Commit,
  Event,
  GatewayId,
  Message,
  MessageId,
  MessageNumber,
  Poll,
  PollId,
  Role,
  RoleId,
  RosterUser,
  Session,
  SessionId,
  Thread,
  ThreadId,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";
import { Roster, type Step, type View } from "@dragoman/gateway-kit";
import { loadConfig } from "@dragoman/service-kit";
import { newClient, type OriginchatsConnection } from "../client.ts";
import { edge } from "../edge.ts";
import { traits } from "../traits.ts";

const uuid = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, "0")}`;

/** The moment of every test: epoch milliseconds. */
export const nowMs = 1_795_444_253_000;

function role(n: number, name: string, rank: number, permissions: string[]): Role {
  return {
    roleId: uuid(n) as RoleId,
    name,
    description: null,
    color: name === "user" ? null : `#00000${n}`,
    hoisted: name !== "user",
    permissions,
    selfAssignable: false,
    category: null,
    position: n,
    rank,
  };
}
export const owner = role(0, "owner", 10, ["administrator"]);
export const moderator = role(1, "moderator", 5, ["kick_members", "ban_members"]);
export const member = role(2, "user", 1, ["send_messages"]);

function user(n: number, name: string, roles: readonly Role[]): RosterUser {
  return {
    userId: `u${n}` as UserId,
    number: (1_000_000_000 + n) as UserNumber,
    name,
    handle: name,
    roleIds: roles.map((each) => each.roleId),
    status: { status: "online", text: "" },
    local: true,
    demo: false,
    departed: false,
    banned: false,
  };
}
export const ada = user(1, "ada", [member]);
export const ben = user(2, "ben", [member]);
export const mona = user(3, "mona", [moderator, member]);
export const olga = user(4, "olga", [owner, member]);

export const general: Channel = {
  channelId: uuid(100) as ChannelId,
  kind: "text",
  name: "general",
  slug: "general",
  description: "For everyone",
  permissions: { view: ["user"], send: ["user"], delete: ["moderator"] },
  minRank: 0,
  hasPassword: false,
  temporary: false,
};
export const staff: Channel = {
  ...general,
  channelId: uuid(101) as ChannelId,
  name: "staff",
  slug: "staff",
  permissions: { view: ["moderator", "owner"], send: ["owner"] },
};
export const forum: Channel = {
  ...general,
  channelId: uuid(103) as ChannelId,
  kind: "forum",
  name: "forum",
  slug: "forum",
  permissions: { view: ["user"], send: ["user"], create_thread: ["user"] },
};
/** By ben, in the forum. */
export const thread: Thread = {
  threadId: uuid(200) as ThreadId,
  channelId: forum.channelId,
  name: "Topic",
  slug: "forum-Topic",
  creatorId: ben.userId,
  createdAtUs: 5_500_000,
  locked: false,
  archived: false,
  participantIds: [ben.userId],
};
/** By ada, in general: one of three has voted. */
export const poll: Poll = {
  pollId: uuid(300) as PollId,
  creatorId: ada.userId,
  createdAtUs: nowMs * 1000,
  question: "Tea?",
  options: [
    { optionId: "0", text: "yes", votes: 1 },
    { optionId: "n", text: "no", emoji: "🚫", votes: 0 },
  ],
  multi: false,
  endsMs: nowMs + 1_500,
  endedAtUs: null,
};
/** Between ada and ben. */
export const whisper: Channel = {
  channelId: uuid(102) as ChannelId,
  kind: "whisper",
  name: "whisper-1",
  slug: "whisper-1",
  permissions: {},
  minRank: 0,
  hasPassword: false,
  temporary: false,
  peopleIds: [ada.userId, ben.userId],
};

export function message(n: number, change: Partial<Message> = {}): Message {
  return {
    messageId: uuid(n) as MessageId,
    number: n as MessageNumber,
    place: { channelId: general.channelId },
    author: { kind: "user", userId: ada.userId },
    kind: "text",
    content: { text: "hi", markup: "markdown" },
    createdAtUs: nowMs * 1000 + 164_399,
    ...change,
  };
}

export function session(
  person: RosterUser,
  protocol: Session["protocol"] = "originchats",
): Session {
  return {
    sessionId: `session-of-${person.name}`.padEnd(32, "_") as SessionId,
    userId: person.userId,
    gatewayId: "g1" as GatewayId,
    protocol,
    traits,
  };
}

/** Ada and olga are on OriginChats, ben is on Sock Chat, mona is away. */
export function roster(change: Partial<AnswerOf<"roster.snapshot">> = {}): Roster {
  return new Roster({
    server: {
      name: "Test house",
      ownerName: "Olga",
      motd: "",
      defaultChannelId: general.channelId,
      postContentMax: 2000,
    },
    roles: [owner, moderator, member],
    threads: [],
    channels: [general, staff, whisper],
    users: [ada, ben, mona, olga],
    sessions: [session(ada), session(olga), session(ben, "sockchat")].map((each) => ({
      ...each,
      dropped: false,
    })),
    lastMessages: [
      {
        place: { channelId: general.channelId },
        messageId: message(7).messageId,
        createdAtUs: 7_500_000,
      },
    ],
    lastId: "last",
    lastAt: nowMs,
    term: 1,
    ...change,
  });
}

export function view(of: Roster = roster()): View {
  let line = 2 ** 52;
  return { roster: of, config: loadConfig({}).config, nowMs, lineNumber: () => line++ };
}

/** A connection, signed in where a person is given. */
export function connection(person?: RosterUser): OriginchatsConnection {
  const own = newClient((bytes) => "x".repeat(Math.ceil((bytes * 4) / 3)));
  return { address: "192.0.2.1", session: person && session(person), own };
}

/** What becomes of a packet that a person sends. */
export function say(
  person: RosterUser | undefined,
  packet: unknown,
  given: View = view(),
): readonly Step[] {
  return edge.receive({ kind: "text", text: JSON.stringify(packet) }, connection(person), given);
}

/** The packets of steps that do nothing but send. */
export function sent(steps: readonly Step[]): readonly Record<string, unknown>[] {
  return steps.flatMap((step) => {
    if (step.do !== "send") throw new Error(`a step does ${step.do}`);
    return step.packets.map((packet) => JSON.parse(packet) as Record<string, unknown>);
  });
}

/** The text of the one error that steps send. */
export function errorOf(steps: readonly Step[]): unknown {
  const [packet, ...more] = sent(steps);
  if (more.length > 0 || packet?.["cmd"] !== "error") throw new Error("not one error");
  return packet["val"];
}

/** The only step, which does `what`. */
export function only<W extends Step["do"]>(
  steps: readonly Step[],
  what: W,
): Extract<Step, { do: W }> {
  const [step, ...more] = steps;
  if (step === undefined || more.length > 0 || step.do !== what) {
    throw new Error(`not one ${what}: ${JSON.stringify(steps)}`);
  }
  return step as Extract<Step, { do: W }>;
}

export function commit(...events: Event[]): Commit {
  return { cause: { commandId: "c.1" as Commit["cause"]["commandId"], actor: "user" }, events };
}

export interface Told {
  readonly to: string;
  readonly packets: readonly Record<string, unknown>[];
  readonly closing?: string;
}

/** Takes a commit's events into the roster one by one and renders each, for `viewer` where it is personal. */
export function render(of: Roster, all: Commit, viewer: RosterUser = ada): readonly Told[] {
  const told: Told[] = [];
  for (const event of all.events) {
    of.apply(event, { term: 1 });
    for (const delivery of edge.render(event, all, view(of))) {
      const packets = delivery.packets?.("json") ?? delivery.personal?.(connection(viewer)) ?? [];
      told.push({
        to: delivery.audience.to,
        packets: packets.map((packet) => JSON.parse(packet) as Record<string, unknown>),
        ...(delivery.closing === undefined ? {} : { closing: delivery.closing.why }),
      });
    }
  }
  return told;
}

/** A field of a packet that is an object; fails where it is none. */
export function objectIn(
  packet: Record<string, unknown> | undefined,
  field: string,
): Record<string, unknown> {
  const value = packet?.[field];
  if (typeof value !== "object" || value === null) throw new Error(`no object in ${field}`);
  return value as Record<string, unknown>;
}
