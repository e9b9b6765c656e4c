/** A small community for the tests of this package: two members, a moderator, an owner; two channels, a whisper. */
import type {
  Commit,
  Event,
  Message,
  Poll,
  PollId,
  RosterUser,
  Session,
  Thread,
  ThreadId,
} from "@dragoman/bus-schema";
import { Roster, type Step, type View } from "@dragoman/gateway-kit";
import { loadConfig } from "@dragoman/service-kit";
import {
  channel,
  message as nth,
  type RosterSnapshot,
  role,
  session as sessionOf,
  snapshot,
  standingSessions,
  user,
} from "@dragoman/testing/people";
import { newClient, type OriginchatsConnection } from "../client.ts";
import { edge } from "../edge.ts";
import { section } from "../settings.ts";
import { traits } from "../traits.ts";

/** The moment of every test: epoch milliseconds. */
export const nowMs = 1_795_444_253_000;

const id = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, "0")}`;

const hoisted = (position: number) => ({ color: `#00000${position}`, hoisted: true, position });
export const owner = role("owner", 10, ["administrator"], hoisted(0));
export const moderator = role("moderator", 5, ["kick_members", "ban_members"], hoisted(1));
export const member = role("user", 1, ["send_messages"], { position: 2 });

const firstNumber = 1_000_000_001;
export const ada = user("ada", firstNumber, [member]);
export const ben = user("ben", firstNumber + 1, [member]);
export const mona = user("mona", firstNumber + 2, [moderator, member]);
export const olga = user("olga", firstNumber + 3, [owner, member]);

const description = "For everyone";
export const general = channel("general", 1, ["user"], {
  description,
  permissions: { view: ["user"], send: ["user"], delete: ["moderator"] },
});
export const staff = channel("staff", 2, ["moderator", "owner"], {
  description,
  permissions: { view: ["moderator", "owner"], send: ["owner"] },
});
export const forum = channel("forum", 4, ["user"], {
  description,
  kind: "forum",
  permissions: { view: ["user"], send: ["user"], create_thread: ["user"] },
});
/** By ben, in the forum. */
export const thread: Thread = {
  threadId: id(200) as ThreadId,
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
  pollId: id(300) as PollId,
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
export const whisper = channel("whisper-1", 3, [], {
  kind: "whisper",
  permissions: {},
  peopleIds: [ada.userId, ben.userId],
});

/** The nth message, ada's in general, of this moment. */
export const message = (n: number, change: Partial<Message> = {}): Message =>
  nth(n, { createdAtUs: nowMs * 1000 + 164_399, ...change });

/** A person's session, on OriginChats where nothing else is said. */
export const session = (person: RosterUser, protocol = "originchats"): Session =>
  sessionOf(person, { protocol, traits });

/** Ada and olga are on OriginChats, ben is on Sock Chat, mona is away. */
export function roster(change: Partial<RosterSnapshot> = {}): Roster {
  return new Roster(
    snapshot({
      server: { ...snapshot().server, name: "Test house", ownerName: "Olga" },
      roles: [owner, moderator, member],
      channels: [general, staff, whisper],
      users: [ada, ben, mona, olga],
      sessions: standingSessions([session(ada), session(olga), session(ben, "sockchat")]),
      lastMessages: [
        {
          place: { channelId: general.channelId },
          messageId: message(7).messageId,
          createdAtUs: 7_500_000,
        },
      ],
      lastId: "last",
      lastAt: nowMs,
      ...change,
    }),
    "",
    edge.extensions?.(config) ?? [],
  );
}

const { config } = loadConfig({}, {}, [section]);

export function view(of: Roster = roster()): View {
  let line = 2 ** 52;
  return {
    roster: of,
    config,
    nowMs,
    clockMs: nowMs,
    steadyMs: nowMs,
    lineNumber: () => line++,
  };
}

/** A connection, signed in where a person is given. */
export function connection(person?: RosterUser): OriginchatsConnection {
  const own = newClient((bytes) => "x".repeat(Math.ceil((bytes * 4) / 3)), view());
  return { address: "192.0.2.1", isPage: false, session: person && session(person), own };
}

/** What becomes of a packet that a person sends. */
export function say(
  person: RosterUser | undefined,
  packet: unknown,
  given: View = view(),
): readonly Step[] {
  return edge.receive({ kind: "text", text: JSON.stringify(packet) }, connection(person), given);
}

/** A list that is made to its end without a pause. */
function listed(step: Extract<Step, { do: "list" }>, given: View): string {
  const making = step.make(given);
  for (;;) {
    const { done, value } = making.next();
    if (done === true) return Buffer.concat(value).toString();
  }
}

/** The packets of steps that do nothing but send, lists as `given` shows them. */
export function sent(
  steps: readonly Step[],
  given: View = view(),
): readonly Record<string, unknown>[] {
  return steps.flatMap((step) => {
    if (step.do === "list") return [JSON.parse(listed(step, given)) as Record<string, unknown>];
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
      const { audience } = delivery;
      // A list for some people is that of the first of them.
      const [first] =
        audience.to === "people" ? audience.userIds.flatMap((id) => of.user(id) ?? []) : [viewer];
      const list = first && delivery.list?.(connection(first));
      const packets = delivery.packets?.("json") ?? delivery.personal?.(connection(viewer)) ?? [];
      told.push({
        to: audience.to,
        packets: [
          ...packets.map((packet) => JSON.parse(packet) as Record<string, unknown>),
          ...(list ? [JSON.parse(Buffer.concat(list).toString()) as Record<string, unknown>] : []),
        ],
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
