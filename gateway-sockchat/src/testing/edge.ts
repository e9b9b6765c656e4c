/** A small community for this package's tests: four people, three channels, and connections to play with. */
import type {
  Channel,
  Commit,
  Event,
  Message,
  RosterUser,
  Session,
  SessionTraits,
} from "@dragoman/bus-schema";
import { type Packet, Roster, type Step, type View } from "@dragoman/gateway-kit";
import { type Config, loadConfig } from "@dragoman/service-kit";
import {
  channel,
  message as nth,
  role,
  sessionId,
  session as sessionOf,
  snapshot,
  standingSessions,
  user,
} from "@dragoman/testing/people";
import { type Connection, newClient } from "../client.ts";
import { edge } from "../edge.ts";
import type { Delivery } from "../event/row.ts";
import { section } from "../settings.ts";
import { traits } from "../traits.ts";

export const nowMs = 1_744_600_000_000;
export const at = "1744600000";
/** The first number of lines without a message. */
export const firstLine = 2 ** 52;

const colored = (position: number, color: string) => ({ position, color });
const owner = role("owner", 10, [], colored(0, "#ff0000"));
const moderator = role("moderator", 5, ["kick_members", "ban_members"], colored(1, "#c0ffee"));
const member = role("user", 1, ["change_nickname", "create_channel"], colored(2, "rebeccapurple"));

export const olga = user("olga", 1, [owner, member]);
export const mona = user("mona", 2, [moderator, member]);
export const ben = user("ben", 3, [member]);
export const ada = user("ada", 4, [member]);
export const people = [olga, mona, ben, ada];

const room = (name: string, n: number, view: string[], change: Partial<Channel> = {}): Channel =>
  channel(name, n, view, {
    permissions: { view, send: view, delete: ["moderator"], delete_own: ["user"] },
    ...change,
  });
export const general = room("general", 1, ["user"]);
export const random = room("random", 2, ["user"]);
export const staff = room("staff", 3, ["moderator", "owner"]);
const high = room("high", 4, ["user"], { minRank: 4 });
export const whispers = room("whisper-1", 5, [], {
  kind: "whisper",
  peopleIds: [ada.userId, ben.userId],
});

/** What an edge is asked with: a roster, and the view of it at a moment. */
export interface EdgeView {
  readonly roster: Roster;
  readonly view: View;
  readonly config: Config;
}

export function edgeView(
  options: {
    readonly sessions?: readonly Session[];
    readonly users?: readonly RosterUser[];
    readonly motd?: string;
    readonly atMs?: number;
  } = {},
): EdgeView {
  const given = snapshot({
    server: { ...snapshot().server, name: "Dragoman", motd: options.motd ?? "" },
    roles: [owner, moderator, member],
    channels: [general, random, staff, high, whispers],
    users: [...(options.users ?? people)],
    sessions: standingSessions(options.sessions ?? []),
    lastId: "x",
    lastAt: nowMs,
  });
  const config = loadConfig({}, {}, [section]).config;
  const roster = new Roster(given, "", edge.extensions?.(config));
  let line = firstLine;
  const lineNumber = (): number => {
    line += 1;
    return line - 1;
  };
  const atMs = options.atMs ?? nowMs;
  const times = { nowMs: atMs, clockMs: atMs, steadyMs: atMs };
  return { roster, config, view: { roster, config, ...times, lineNumber } };
}

/** What sessions of this protocol are like, and those of one that has all channels at once. */
const own = traits(loadConfig({}, {}, [section]).config);
const everywhere: SessionTraits = { ...own, stands: "everywhere" };

/** Somebody's session in a channel; without one it is of another protocol and everywhere. */
export const session = (person: RosterUser, place?: Channel, name: string = person.name): Session =>
  sessionOf(person, {
    sessionId: sessionId(name),
    ...(place === undefined
      ? { protocol: "elsewhere", traits: everywhere }
      : { protocol: edge.protocol, traits: own, place: { channelId: place.channelId } }),
  });

export function connection(session?: Session): Connection {
  return { address: "192.0.2.1", isPage: false, session, own: newClient() };
}

/** The seventh message; null: the system's. */
export function message(
  author: RosterUser | null,
  text: string,
  more: Partial<Message> = {},
): Message {
  return nth(7, {
    author: author === null ? { kind: "system" } : { kind: "user", userId: author.userId },
    content: { text, markup: "markdown" },
    createdAtUs: nowMs * 1000,
    ...more,
  });
}

/** A commit, taken into the roster event by event and rendered, as a gateway does it. */
export function commit(
  events: readonly Event[],
  { roster, view }: EdgeView,
  cause: Partial<Commit["cause"]> = {},
): readonly Delivery[] {
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
  deliveries: readonly Delivery[],
  client: Connection,
  { roster }: EdgeView,
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

/** The packet of a step that is made in one slice. */
function listed({ make }: Extract<Step, { do: "list" }>, view: View): Packet {
  const { done, value } = make(view).next();
  if (done !== true) throw new Error("a list in slices");
  return Buffer.concat(value).toString();
}

/** The packets of the steps that send, in order. */
export function sent(steps: readonly Step[], view: View = edgeView().view): readonly Packet[] {
  return steps.flatMap((step) => {
    if (step.do === "list") return [listed(step, view)];
    return step.do === "send" ? step.packets : [];
  });
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
export function type(
  text: string,
  client: Connection,
  { view, roster }: EdgeView,
): readonly Step[] {
  const number = client.session && roster.user(client.session.userId)?.number;
  return edge.receive(frame(`2\t${number}\t${text}`), client, view);
}
