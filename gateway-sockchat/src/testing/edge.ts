/** A small community for this package's tests: four people, three channels, and connections to play with. */
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
  Role,
  RoleId,
  RosterUser,
  Session,
  SessionId,
  SessionTraits,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";
import { type Packet, Roster, type Step, type View } from "@dragoman/gateway-kit";
import { type Config, ConfigShape } from "@dragoman/service-kit";
import { type Connection, newClient } from "../client.ts";
import { edge } from "../edge.ts";
import type { Out } from "../event/row.ts";
import { traits } from "../traits.ts";

export const nowMs = 1_744_600_000_000;
export const at = "1744600000";
/** The first number of lines without a message. */
export const firstLine = 2 ** 52;

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const channelId = (n: number): ChannelId => uuid(n) as ChannelId;
const roleId = (n: number): RoleId => uuid(1000 + n) as RoleId;
export const sessionId = (name: string): SessionId => name.padEnd(32, "_") as SessionId;
export const userId = (name: string): UserId => name as UserId;

function role(n: number, name: string, rank: number, permissions: string[], color: string): Role {
  return {
    roleId: roleId(n),
    name,
    description: null,
    color,
    hoisted: false,
    permissions,
    selfAssignable: false,
    category: null,
    position: n,
    rank,
  };
}

const roles = [
  role(0, "owner", 10, [], "#ff0000"),
  role(1, "moderator", 5, ["kick_members", "ban_members"], "#c0ffee"),
  role(2, "user", 1, ["change_nickname", "create_channel"], "rebeccapurple"),
];

function person(name: string, number: number, roleNumbers: number[]): RosterUser {
  return {
    userId: userId(name),
    number: number as UserNumber,
    name,
    handle: name,
    roleIds: roleNumbers.map(roleId),
    status: { status: "online", text: "" },
    local: true,
    demo: false,
    departed: false,
    banned: false,
  };
}

export const olga = person("olga", 1, [0, 2]);
export const mona = person("mona", 2, [1, 2]);
export const ben = person("ben", 3, [2]);
export const ada = person("ada", 4, [2]);
export const people = [olga, mona, ben, ada];

function channel(n: number, name: string, view: string[], more: Partial<Channel> = {}): Channel {
  return {
    channelId: channelId(n),
    kind: "text",
    name,
    slug: name,
    permissions: { view, send: view, delete: ["moderator"], delete_own: ["user"] },
    minRank: 0,
    hasPassword: false,
    temporary: false,
    ...more,
  };
}

export const general = channel(1, "general", ["user"]);
export const random = channel(2, "random", ["user"]);
export const staff = channel(3, "staff", ["moderator", "owner"]);
export const high = channel(4, "high", ["user"], { minRank: 4 });
export const whispers = channel(5, "whisper-1", [], {
  kind: "whisper",
  peopleIds: [ada.userId, ben.userId],
});

export interface Stage {
  readonly roster: Roster;
  readonly view: View;
  readonly config: Config;
}

export function stage(
  options: {
    readonly sessions?: readonly Session[];
    readonly users?: readonly RosterUser[];
    readonly motd?: string;
    readonly atMs?: number;
  } = {},
): Stage {
  const snapshot: AnswerOf<"roster.snapshot"> = {
    server: {
      name: "Dragoman",
      ownerName: "olga",
      motd: options.motd ?? "",
      defaultChannelId: general.channelId,
      postContentMax: 2000,
    },
    roles,
    threads: [],
    channels: [general, random, staff, high, whispers],
    users: [...(options.users ?? people)],
    sessions: (options.sessions ?? []).map((session) => ({ ...session, dropped: false })),
    lastMessages: [],
    lastId: "x",
    lastAt: nowMs,
    term: 1,
  };
  const config = ConfigShape.parse({});
  const roster = new Roster(snapshot, "", edge.extensions?.(config));
  let line = firstLine;
  const lineNumber = (): number => {
    line += 1;
    return line - 1;
  };
  return { roster, config, view: { roster, config, nowMs: options.atMs ?? nowMs, lineNumber } };
}

/** What sessions of this protocol are like, and those of one that has all channels at once. */
const own = traits(ConfigShape.parse({}));
const everywhere: SessionTraits = { ...own, stands: "everywhere" };

/** Somebody's session in a channel; without one it is of another protocol and everywhere. */
export function session(user: RosterUser, place?: Channel, name: string = user.name): Session {
  return {
    sessionId: sessionId(name),
    userId: user.userId,
    gatewayId: "g" as GatewayId,
    ...(place === undefined
      ? { protocol: "elsewhere", traits: everywhere }
      : { protocol: edge.protocol, traits: own, place: { channelId: place.channelId } }),
  };
}

export function connection(session?: Session): Connection {
  return { address: "192.0.2.1", session, own: newClient() };
}

export function message(
  author: RosterUser | null,
  text: string,
  more: Partial<Message> = {},
): Message {
  return {
    messageId: uuid(500) as MessageId,
    number: 7 as MessageNumber,
    place: { channelId: general.channelId },
    author:
      author === null
        ? { kind: "system", name: "originChats" }
        : { kind: "user", userId: author.userId },
    kind: "text",
    content: { text, markup: "markdown" },
    createdAtUs: nowMs * 1000,
    ...more,
  };
}

/** A commit, taken into the roster event by event and rendered, as a gateway does it. */
export function commit(
  events: readonly Event[],
  { roster, view }: Stage,
  cause: Partial<Commit["cause"]> = {},
): readonly Out[] {
  const whole: Commit = {
    cause: { commandId: "x.1" as Commit["cause"]["commandId"], actor: "user", ...cause },
    events: [...events],
  };
  return events.flatMap((event) => {
    roster.apply(event, { term: 1 });
    return edge.render(event, whole, view);
  });
}

/** What a connection gets of deliveries. */
export function received(
  deliveries: readonly Out[],
  client: Connection,
  { roster }: Stage,
): readonly Packet[] {
  const { session: own } = client;
  if (own === undefined) return [];
  return deliveries.flatMap(({ audience, packets, personal, exceptUserId, exceptSessionId }) => {
    if (exceptUserId === own.userId || exceptSessionId === own.sessionId) return [];
    const channel = audience.to === "channel" ? roster.channel(audience.channelId) : undefined;
    const threadId = audience.to === "channel" ? audience.threadId : undefined;
    const meant =
      audience.to === "everyone" ||
      (audience.to === "people" && audience.userIds.includes(own.userId)) ||
      (audience.to === "session" && audience.sessionId === own.sessionId) ||
      (channel !== undefined && edge.hears(own, channel, roster, threadId));
    return meant ? [...(packets?.("v1") ?? []), ...(personal?.(client) ?? [])] : [];
  });
}

/** The packets of the send steps, in order. */
export function sent(steps: readonly Step[]): readonly Packet[] {
  return steps.flatMap((step) => (step.do === "send" ? step.packets : []));
}

/** The only step, which must be of this kind. */
export function only<K extends Step["do"]>(
  steps: readonly Step[],
  kind: K,
): Extract<Step, { do: K }> {
  const [step, ...rest] = steps;
  if (step?.do !== kind || rest.length > 0) {
    throw new Error(`not one ${kind}: ${steps.map((each) => each.do).join(" ")}`);
  }
  return step as Extract<Step, { do: K }>;
}

export const frame = (text: string): { readonly kind: "text"; readonly text: string } => ({
  kind: "text",
  text,
});

/** What a text of this connection becomes. */
export function type(text: string, client: Connection, { view, roster }: Stage): readonly Step[] {
  const number = client.session && roster.user(client.session.userId)?.number;
  return edge.receive(frame(`2\t${number}\t${text}`), client, view);
}
