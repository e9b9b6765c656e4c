/**
 * `docs/crossing.md`: what is asked by which words, and for each event who hears what on either side. Written from the
 * gateways' tables, by rendering one of each event in one small community, and from `crossing-rows.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { edges } from "@dragoman/bin";
import {
  type Commit,
  type CredentialId,
  type Event,
  type EventOf,
  type EventType,
  eventTypes,
  type Message,
} from "@dragoman/bus-schema";
import { type Audience, type Edge, Roster, type View } from "@dragoman/gateway-kit";
import { edge as originchats } from "@dragoman/gateway-originchats/edge";
import { eventRows as originchatsRows } from "@dragoman/gateway-originchats/event";
import {
  ada,
  ben,
  forum,
  general,
  golden,
  member,
  moderator,
  mona,
  nowMs,
  olga,
  owner,
  thread,
  whisper,
} from "@dragoman/gateway-originchats/golden";
import { edge as sockchat } from "@dragoman/gateway-sockchat/edge";
import { eventRows as sockchatRows } from "@dragoman/gateway-sockchat/event";
import { loadConfig } from "@dragoman/service-kit";
import { channel, session, sessionId, snapshot, standingSessions } from "@dragoman/testing/people";
import { crossingRows, wordsOf } from "./crossing-rows.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** Where the page lies. */
export const crossingPagePath = join(root, "docs", "crossing.md");

const { config } = loadConfig(
  {},
  {},
  edges.map(({ section }) => section),
);

const sockOf = (person: typeof ben) => sessionId(`${person.name} sock`);

/** Ada and olga on OriginChats, ben and mona on Sock Chat, where they stand in `general`. */
const sessions = [
  session(ada, { traits: originchats.traits(config) }),
  session(olga, { traits: originchats.traits(config) }),
  ...[ben, mona].map((person) =>
    session(person, {
      sessionId: sockOf(person),
      protocol: sockchat.protocol,
      traits: sockchat.traits(config),
      place: { channelId: general.channelId },
    }),
  ),
];

const random = channel("random", 9, ["user"]);
const passwordId = "p" as CredentialId;
const vault = channel("vault", 11, ["user"], { hasPassword: true, passwordId });
const called = { name: "Topic", slug: "forum-Topic", locked: false, archived: false };
const inForum = { threadId: thread.threadId, channelId: forum.channelId };

/** Samples that show more than those of the golden tables. */
const samples: { readonly [T in EventType]?: EventOf<T> } = {
  "channel.created": { type: "channel.created", channel: channel("tea", 10, ["user"]) },
  "role.updated": {
    type: "role.updated",
    roleId: moderator.roleId,
    roles: [owner, { ...moderator, color: "#c0ffee" }, member],
  },
  "channel.admitted": {
    type: "channel.admitted",
    channelId: vault.channelId,
    userId: ada.userId,
    passwordId,
  },
  "channel.dismissed": {
    type: "channel.dismissed",
    channelId: vault.channelId,
    userId: ada.userId,
  },
  "channel.updated": {
    type: "channel.updated",
    channel: { ...general, name: "lobby", slug: "lobby" },
    before: general,
  },
  "thread.updated": {
    type: "thread.updated",
    ...inForum,
    before: called,
    after: { ...called, name: "Tea", slug: "forum-Tea" },
  },
  "session.moved": {
    type: "session.moved",
    sessionId: sockOf(ben),
    userId: ben.userId,
    from: { channelId: general.channelId },
    to: { channelId: random.channelId },
  },
};

/** What has happened before an event of this kind. */
const before: { readonly [T in EventType]?: EventType } = {
  "channel.dismissed": "channel.admitted",
  "reaction.added": "message.posted",
  "reaction.removed": "message.posted",
  "voice.left": "voice.joined",
  "voice.muted": "voice.joined",
};

const sampleOf = (type: EventType): Event => samples[type] ?? golden[type][0];

/** What rendering one event needs of an edge, whatever its connections remember. */
type AnyEdge = Pick<
  Edge,
  "protocol" | "extensions" | "newClient" | "dialect" | "render" | "gather"
>;

interface Side {
  readonly edge: AnyEdge;
  /** The word for a packet. */
  readonly kindOf: (packet: string) => string;
  readonly heardIn: string;
  readonly reasons: Readonly<Record<EventType, unknown>>;
}

/** Packets of Sock Chat by number and form; notices by key. */
function sockchatKind(packet: string): string {
  const [id = "", second = "", author, text = ""] = packet.split("\t");
  if (id === "2" && author === "-1") return `2 \`${text.split("\f")[1] ?? ""}\``;
  return "45789".includes(id) ? `${id}.${second}` : id;
}

const sides: { readonly originchats: Side; readonly sockchat: Side } = {
  originchats: {
    edge: originchats as unknown as AnyEdge,
    kindOf: (packet) => `\`${(JSON.parse(packet) as { readonly cmd: string }).cmd}\``,
    heardIn: "who may view the place",
    reasons: originchatsRows,
  },
  sockchat: {
    edge: sockchat as unknown as AnyEdge,
    kindOf: sockchatKind,
    heardIn: "who stands there",
    reasons: sockchatRows,
  },
};

function audienceOf({ heardIn }: Side, audience: Audience): string {
  switch (audience.to) {
    case "channel":
      return heardIn;
    case "everyone":
      return "everybody";
    case "people":
      return audience.userIds.length === 1 ? "the person" : "those people";
    case "session":
      return "the connection";
  }
}

type Delivery = ReturnType<AnyEdge["render"]>[number];

/** The packets of a delivery on all connections of its protocol, as words. */
function kindsOf(
  { packets, personal, closing, steps }: Delivery,
  { edge, kindOf }: Side,
  roster: Roster,
  view: View,
): readonly string[] {
  const kinds = [...roster.sessions]
    .filter(({ protocol }) => protocol === edge.protocol)
    .map((own) => ({
      address: "",
      isPage: false,
      session: own,
      own: edge.newClient(() => "", view),
    }))
    .flatMap((client) => [
      ...(packets?.(edge.dialect(client)) ?? []),
      ...(personal?.(client) ?? []),
    ])
    .map(kindOf);
  if (steps !== undefined) kinds.push("the context of the place");
  if (closing !== undefined) kinds.push("the end of the connection");
  return kinds;
}

/** What one event gives to whom on a side, in words. */
function toldOn(side: Side, event: Event): string {
  const { edge } = side;
  const given = snapshot({
    roles: [owner, moderator, member],
    channels: [general, random, vault, whisper, forum],
    threads: [thread],
    users: [ada, ben, mona, olga],
    sessions: standingSessions(sessions),
    lastId: "last",
    lastAt: nowMs,
  });
  const roster = new Roster(given, "", edge.extensions?.(config));
  let line = 2 ** 52;
  const lineNumber = (): number => line++;
  const times = { nowMs, clockMs: nowMs, steadyMs: nowMs };
  const view: View = { roster, config, ...times, lineNumber };
  const commit: Commit = {
    cause: { commandId: "c.1" as Commit["cause"]["commandId"], actor: "user" },
    events: [event],
  };
  const first = before[event.type];
  if (first !== undefined) roster.apply(sampleOf(first), { term: 1 });
  roster.apply(event, { term: 1 });
  const later = edge.gather?.by(event, view) === undefined ? undefined : edge.gather.render;
  const deliveries = [
    ...edge.render(event, commit, view),
    ...(later === undefined ? [] : later([event], view)),
  ];
  const told = new Map<string, Set<string>>();
  for (const delivery of deliveries) {
    const to = audienceOf(side, delivery.audience);
    const kinds = told.get(to) ?? new Set();
    told.set(to, kinds);
    for (const kind of kindsOf(delivery, side, roster, view)) kinds.add(kind);
  }
  const lines = [...told].flatMap(([to, kinds]) =>
    kinds.size === 0 ? [] : [`${to}: ${[...kinds].join(", ")}`],
  );
  if (lines.length > 0) return `${lines.join("; ")}${later === undefined ? "" : ", a while later"}`;
  const { ignored } = side.reasons[event.type] as { readonly ignored?: string };
  return ignored === undefined ? "nothing in this case" : `_not shown_: ${ignored}`;
}

/** Events that are told otherwise in a whisper. */
function whispered(event: Event): Event | undefined {
  const place = { channelId: whisper.channelId };
  if ("message" in event)
    return { ...event, message: { ...(event.message as Message), place } } as Event;
  return "place" in event ? ({ ...event, place } as Event) : undefined;
}

const inWhispers: ReadonlySet<EventType> = new Set<EventType>([
  "message.posted",
  "message.edited",
  "message.deleted",
  "reaction.added",
  "pin.added",
]);

function eventLines(type: EventType): readonly string[] {
  const event = sampleOf(type);
  const row = crossingRows.find(({ events = [] }) => events.includes(type))?.row ?? "";
  const cases: (readonly [string, Event])[] = [[`\`${type}\``, event]];
  const secret = inWhispers.has(type) ? whispered(event) : undefined;
  if (secret !== undefined) cases.push([`\`${type}\` in a whisper`, secret]);
  return cases.map(([title, each]) => {
    const { originchats: oc, sockchat: sc } = sides;
    return `| ${title} | ${toldOn(oc, each)} | ${toldOn(sc, each)} | ${row} |`;
  });
}

/** The tests of `test/crossing` by title; a title that stands there twice is left out. */
export function crossingTests(): ReadonlyMap<string, string> {
  const folder = join(root, "test", "crossing");
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const file of readdirSync(folder).sort()) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const [, title = ""] of source.matchAll(/^\s*(?:it|test)\("((?:[^"\\\n]|\\.)*)"/gm)) {
      if (found.has(title)) twice.add(title);
      found.set(title, `test/crossing/${file}`);
    }
  }
  for (const title of twice) found.delete(title);
  return found;
}

const words = (text: string | undefined): string =>
  wordsOf(text)
    .map((word) => `\`${word}\``)
    .join(" ") || "–";

/** The whole page. */
export function crossingPage(): string {
  const files = crossingTests();
  const linked = (title: string): string => `[${title}](../${files.get(title) ?? "?"})`;
  const asked = crossingRows.map(
    ({ row, originchats: oc, sockchat: sc, tests }) =>
      `| ${row} | ${words(oc)} | ${words(sc)} | ${tests.map(linked).join("<br>")} |`,
  );
  const parts = [
    "# What crosses",
    "Written by `npm run docs` from the tables of both gateways (`gateway-*/src/event`, `command`, `inbound`, `slash`) and from `test/docs/crossing-rows.ts`; a test holds the page equal to them, and each row to one of the [bridge table](protocols/bridge.md), which says what a thing becomes and why.",
    "## What is asked",
    "By which words a thing is asked for: on OriginChats commands, and slash commands with their `/`; on Sock Chat packets by number, and slash commands. The tests show the row in both directions.",
    ["| row | OriginChats | Sock Chat | shown by |", "|---|---|---|---|", ...asked].join("\n"),
    "## What is seen",
    "One of each event in a small community: ada and olga are on OriginChats, ben and mona on Sock Chat, all of them in the same channel. Who hears what of it: packets of OriginChats by `cmd`; of Sock Chat by number and form, notices of the bot as 2 with their key. Other cases of an event are told otherwise, as the bridge table says.",
    [
      "| event | on OriginChats | on Sock Chat | row |",
      "|---|---|---|---|",
      ...eventTypes.flatMap(eventLines),
    ].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}
