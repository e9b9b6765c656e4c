/** The laws of the core, over random runs of commands. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  Batch,
  type ChannelId,
  commandId,
  commitBytesMax,
  decode,
  type Event,
  encode,
  eventTypes,
  type Place,
  type Protocol,
  rankOf,
  type SessionId,
  type ThreadId,
  type UserId,
} from "@dragoman/bus-schema";
import fc from "fast-check";
import { actorOf, banOf, silenceOf } from "../state/find.ts";
import { initialState, type State } from "../state/shape.ts";
import { violations } from "../state/violations.ts";
import type { Admitted, Body, VerifiedTicket } from "./contract.ts";
import { House, uuidsFrom } from "./given.ts";
import { filed } from "./given-files.ts";
import { calledBy, gathered } from "./given-slash.ts";
import { causeOf, decide, evolve, outcomeOf, timers } from "./index.ts";

const names = ["olga", "mona", "ada", "ben", "cleo"];
const channels = ["general", "staff", "den", "nowhere"];

/** One step, as numbers that are read against the state of the moment. */
type Step = readonly [kind: number, a: number, b: number, c: number];
const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(99), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999));
const run = fc.array(step, { minLength: 30, maxLength: 90, size: "max" });

function pick<T>(from: readonly T[], n: number): T | undefined {
  return from[n % Math.max(1, from.length)];
}

const text = (n: number): string =>
  pick(["hi", " two  words ", "", "x".repeat(2_001), "\u0001é😀"], n) ?? "";
const whys = ["leave", "timeout", "lost"] as const;
const protocols: readonly Protocol[] = ["originchats", "sockchat"];
const secondsOf = (n: number) => (n % 3 === 0 ? {} : { seconds: (n % 40) + 0.5 });

type Make = (house: House, a: number, b: number, c: number) => Body;
const content = (n: number) => ({ text: text(n), markup: "markdown" as const });

function messageRef(house: House, n: number): string {
  const message = pick([...house.messages], n);
  if (message === undefined) return "1";
  return n % 2 === 0 ? message[0] : String(message[1]?.number ?? 1);
}

function target(house: House, n: number): string {
  const user = pick([...house.state.people.values()], n)?.user;
  return (
    pick(
      [user?.name ?? "x", user?.handle.toUpperCase() ?? "x", String(user?.number), "who"],
      n >> 3,
    ) ?? ""
  );
}

function channelRef(house: House, n: number): string {
  const thread = n % 5 === 0 ? pick([...house.state.threads.values()], n) : undefined;
  if (thread !== undefined) return thread.slug;
  return n % 2 === 0
    ? (pick(channels, n >> 1) ?? "")
    : (pick([...house.state.channels.keys()], n >> 1) ?? "");
}

function threadId(house: House, n: number): ThreadId {
  const known = pick([...house.state.threads.keys()], n);
  return known ?? ("00000000-0000-4000-8000-ffffffffffff" as ThreadId);
}

function placeOf(house: House, n: number): Place {
  const thread = n % 4 === 0 ? pick([...house.state.threads.values()], n) : undefined;
  if (thread !== undefined) return { channelId: thread.channelId, threadId: thread.threadId };
  const known = pick([...house.state.channels.keys()], n);
  return { channelId: known ?? ("00000000-0000-4000-8000-ffffffffffff" as ChannelId) };
}

const emoji = (n: number): string => (n % 9 === 0 ? "x".repeat(201) : "👍");

/** Mostly a message and where it stands. */
function onMessage(house: House, n: number) {
  const [messageId = "1", message] = pick([...house.messages], n) ?? [];
  const place = n % 7 === 0 ? undefined : message?.place;
  return { message: messageId, place: place ?? placeOf(house, n) };
}

/** What people ask for; a session's commands. */
const asked: readonly Make[] = [
  (house, a, b, c) => ({
    type: "message.post",
    place: placeOf(house, a),
    kind: b % 5 === 0 ? "action" : "text",
    content: content(b),
    ...(c % 3 === 0 ? { replyTo: messageRef(house, c * 2) as never } : {}),
    ...(c % 7 === 0 ? { embeds: [{ title: "t" }] } : {}),
  }),
  (house, a, b) => ({ type: "message.edit", message: messageRef(house, a), content: content(b) }),
  (house, a, b) => ({
    type: "message.delete",
    message: messageRef(house, a),
    ...(b % 2 === 0 ? { place: placeOf(house, b) } : {}),
  }),
  (house, a, b) => ({ type: "message.whisper", target: target(house, a), content: content(b) }),
  (house, a) => ({ type: "session.move", channel: channelRef(house, a) }),
  (_, a, b) => ({ type: "session.close", why: whys[a % 3] ?? "lost", seen: b % 5 }),
  () => ({ type: "session.flood" }),
  (house, a, b) => ({ type: "moderation.kick", target: target(house, a), ...secondsOf(b) }),
  (house, a, b, c) => ({
    type: "moderation.ban",
    target: target(house, a),
    addresses: c % 2 === 0,
    ...secondsOf(b),
    ...(c % 3 === 0 ? { said: { place: placeOf(house, c), command: "ban", text: "out" } } : {}),
  }),
  (house, a) => ({ type: "moderation.unban", target: target(house, a) }),
  (_, a) => ({
    type: "channel.create",
    kind: "text",
    name: pick(["staff", "Über uns", "a/b", "general", "x".repeat(40)], a) ?? "",
    permissions: { view: [a % 2 === 0 ? "user" : "moderator"], send: ["user"], delete: [] },
    minRank: a % 9,
  }),
  (house, a, b) => ({
    type: "unread.mark",
    place: placeOf(house, a),
    ...(b % 2 === 0 ? { messageId: messageRef(house, b) as never } : {}),
  }),
  (house, a) => ({ type: "typing.start", place: placeOf(house, a) }),
  (house, a) => ({ type: "user.depart", target: target(house, a) }),
  () => ({ type: "user.revoke" }),
  (_, a) => ({ type: "link.join", code: pick(names, a) ?? "" }),
  (_, a) => ({ type: "link.remove", provider: a % 2 === 0 ? "site" : "rotur" }),
  (house, a, b, c) => ({
    type: "moderation.silence",
    target: target(house, a),
    replace: c % 2 === 0,
    ...secondsOf(b),
    ...(c % 3 === 0 ? { said: { place: placeOf(house, c), command: "mute", text: "hush" } } : {}),
  }),
  (house, a) => ({ type: "moderation.unsilence", target: target(house, a) }),
  (house, a) => ({ type: "moderation.clear", target: target(house, a) }),
  (_, a) => ({ type: "message.announce", content: content(a) }),
  (house, a, b) => ({ type: "reaction.add", ...onMessage(house, a), emoji: emoji(b) }),
  (house, a, b) => ({ type: "reaction.remove", ...onMessage(house, a), emoji: emoji(b) }),
  (house, a) => ({ type: "pin.add", ...onMessage(house, a) }),
  (house, a) => ({ type: "pin.remove", ...onMessage(house, a) }),
  (house, a, b, c) => ({
    type: "channel.update",
    channel: channelRef(house, a),
    ...(b % 3 === 0 ? { minRank: b % 12 } : {}),
    ...(b % 4 === 0 ? { password: pick(["open", "shut", null], c) ?? null } : {}),
    ...(b % 5 === 0 ? { name: pick(["den", "club", "general"], c) ?? "den" } : {}),
    ...(b % 7 === 0 ? { permissions: { view: [c % 2 === 0 ? "user" : "owner"] } } : {}),
    ...(b % 11 === 0 ? { kind: "voice" as const } : {}),
  }),
  (house, a, b) => ({ type: "channel.move", channel: channelRef(house, a), index: b % 5 }),
  (house, a) => ({ type: "channel.delete", channel: channelRef(house, a) }),
  (house, a, b) => ({
    type: "channel.leave",
    channel: b % 3 === 0 ? channelRef(house, a) : "den",
  }),
  (house, a, b) => ({
    type: "session.move",
    channel: a % 3 === 0 ? channelRef(house, a) : "den",
    password: pick(["open", "shut"], b) ?? "",
  }),
  (house, a, b) => ({
    type: "thread.create",
    channelId: house.place(a % 5 === 0 ? "general" : "forum").channelId,
    name: pick(["Topic", "topic", "den", " ", "x".repeat(120)], b) ?? "",
  }),
  (house, a, b, c) => ({
    type: "thread.update",
    threadId: threadId(house, a),
    ...(b % 2 === 0 ? { archived: c % 2 === 0 } : {}),
    ...(b % 3 === 0 ? { locked: c % 3 === 0 } : {}),
    ...(b % 5 === 0 ? { name: pick(["Renamed", "Topic", ""], c) ?? "" } : {}),
  }),
  (house, a) => ({ type: "thread.delete", threadId: threadId(house, a) }),
  (house, a) => ({ type: "thread.join", threadId: threadId(house, a) }),
  (house, a) => ({ type: "thread.leave", threadId: threadId(house, a) }),
  (house, a, b, c) => ({
    type: "poll.create",
    place: placeOf(house, a),
    question: pick(["Tea?", "", "x".repeat(301)], b) ?? "",
    options: ["yes", "no", "x".repeat(101)].slice(0, (c % 3) + 1).map((each, index) => ({
      optionId: String(index % 2),
      text: each,
    })),
    multi: b % 2 === 0,
    endsMs: c % 2 === 0 ? house.nowMs + (b % 9) * 100 : null,
  }),
  (house, a, b, c) => ({
    type: "poll.vote",
    poll: pick<string>([...house.state.polls.keys()], a) ?? placeOf(house, a),
    options: b % 4 === 0 ? ["1", "0"] : [(c % 2) + 1],
  }),
  (house, a) => ({
    type: "poll.end",
    poll: pick<string>([...house.state.pollOf.keys()], a) ?? "?",
  }),
];

/** Somebody whom a site or Rotur vouches for, and who is called differently now and then. */
function vouched(a: number, b: number): Partial<VerifiedTicket> {
  const provider = a % 3 === 0 ? "rotur" : "site";
  return {
    provider,
    account: {
      kind: "outside",
      provider,
      id: String(a % 4),
      name: pick(["ada", "eve", "Eve <b>", "\u200b"], b) ?? "",
      color: b % 3 === 0 ? "#c0ffee" : null,
      ...(provider === "site" ? { number: 1 + (a % 4), rank: b % 12 } : {}),
      ...(b % 5 === 0 ? { withheld: ["kick"] } : {}),
    },
  };
}
/** What people are called and which roles they have: never the role that lets them see channels. */
const roleNames = ["gamer", "artist", "moderator", "user", "owner", "nobody"];
const nicknames = ["Benny", "be nny", "ada", "x".repeat(21), "\u0001", "Lia"];
const roleNamed = (n: number): string => pick(roleNames, n) ?? "";

const gamer = {
  name: "gamer",
  description: null,
  color: null,
  hoisted: false,
  permissions: [],
  selfAssignable: true,
  category: null,
};

const community: readonly Make[] = [
  (_, a, b) => ({
    type: "status.set",
    status: pick(["online", "idle", "dnd", "offline", "invisible"] as const, a) ?? "online",
    text: b % 5 === 0 ? "x".repeat(101) : text(b).slice(0, 20),
    ...(b % 3 === 0 ? { afk: true as const } : {}),
  }),
  () => ({ type: "status.back" }),
  (house, a, b, c) => ({
    type: "user.nick",
    nickname: a % 5 === 0 ? null : (pick(nicknames, b) ?? null),
    temporary: c % 2 === 0,
    ...(c % 3 === 0 ? { target: target(house, c) } : {}),
  }),
  (house, a, b) => ({
    type: "user.rename",
    target: target(house, a),
    name: pick(["lea", "Mo", "ada", "x"], b) ?? "",
    ...(b % 3 === 0 ? { nickname: pick(nicknames, a) ?? null } : {}),
  }),
  (_, a) => ({ type: "user.picture", url: a % 3 === 0 ? null : `https://e.example/${a % 4}` }),
  (house, a, b) => ({
    type: "user.assign",
    target: target(house, a),
    how: pick(["set", "add", "remove"] as const, b) ?? "set",
    roles: b % 2 === 0 ? ["user", roleNamed(a)] : [roleNamed(b)],
  }),
  (_, a, b) => ({
    ...gamer,
    type: "role.create",
    name: roleNamed(a),
    selfAssignable: b % 2 === 0,
  }),
  (_, a, b) => ({
    type: "role.update",
    role: roleNamed(a),
    ...(b % 2 === 0 ? { name: roleNamed(b) } : { color: "#112233" }),
  }),
  (house, a) => ({
    type: "role.delete",
    role: pick([...house.state.roles.keys()], a) ?? "",
  }),
  (_, a, b) => ({ type: "role.reorder", roles: [roleNamed(a), roleNamed(b)] }),
  (_, a) => ({ type: "role.take", role: roleNamed(a % 3) }),
  (_, a) => ({ type: "role.drop", role: roleNamed(a % 3) }),
];

/** Each as often as the others: a step names one by two of its numbers. */
const everything = [...asked, ...community, ...filed, ...gathered];

interface Given {
  readonly command: Admitted;
}

/** Reads a step as a command; null: only time passes. */
function commandOf(house: House, [kind, a, b, c]: Step): Given | null {
  house.nowMs += a % 400;
  if (kind >= 95) {
    house.nowMs += a * 20;
    return null;
  }
  if (kind >= 90) {
    const due = pick(timers(house.state), a)?.body;
    const lost = pick([...house.state.sessionsAt.keys()], b);
    const body: Body | undefined =
      due ?? (lost === undefined ? undefined : { type: "gateway.lost", gatewayId: lost });
    return body === undefined ? null : { command: { id: ownId(house, kind), body, actor: "core" } };
  }
  if (kind >= 85) {
    const make = pick(
      [...asked.slice(7, 11), ...community.slice(3, 4), ...community.slice(5, 10)],
      a,
    );
    const body = make?.(house, b, c, a);
    return body === undefined
      ? null
      : { command: { id: ownId(house, kind), body, actor: "operator" } };
  }
  const sessionId = pick([...house.state.sessions.keys()], a);
  const body = pick(everything, kind + 85 * c)?.(house, b, c, a);
  if (sessionId === undefined || body === undefined) return null;
  const handler = a % 5 === 0 ? undefined : calledBy(house, body);
  return { command: house.command(handler ?? sessionId, body) };
}

/** An origin that no command had before. */
function ownId(house: House, n: number): Admitted["id"] {
  return commandId(`process-${house.state.seq}-${house.nowMs}-${n}`, 1);
}

/** A community in which everybody stands somewhere, and what happens after each step. */
function play(steps: readonly Step[], look: (house: House, given: Given) => void): House {
  const house = new House({ limits: { burstLimit: 3, cooldownMs: 1_000 } });
  house.person("olga", "owner");
  house.person("mona", "moderator");
  for (const name of names.slice(2)) house.person(name);
  const permissions = { view: ["user"], send: ["user"] };
  house.operator({ type: "channel.create", kind: "text", name: "den", permissions });
  house.operator({ type: "channel.update", channel: "den", password: "open" });
  house.operator({ ...gamer, type: "role.create" });
  const lists = { ...permissions, create_thread: ["user"] };
  house.operator({ type: "channel.create", kind: "forum", name: "forum", permissions: lists });
  discuss(house);
  for (const [kind, a, b, c] of steps) {
    if (kind % 6 === 0) {
      const ticket = c % 3 === 0 ? vouched(a, c) : {};
      house.open(pick(names, a) ?? "", protocols[b % 2] ?? "sockchat", ticket);
    }
    const given = commandOf(house, [kind, a, b, c]);
    if (given !== null) look(house, given);
  }
  return house;
}

/** A thread with two people in it, a poll, and a slash command. */
function discuss(house: House): void {
  const [cleo, ada] = ["cleo", "ada"].map((name) => house.enter(name, "originchats"));
  if (cleo === undefined || ada === undefined) return;
  const { channelId } = house.place("forum");
  house.as(cleo, { type: "thread.create", channelId, name: "Topic" });
  house.as(ada, { type: "thread.join", threadId: threadId(house, 0) });
  const roll = { name: "roll0", description: "", options: [], ephemeral: true };
  house.as(cleo, { type: "slash.register", commands: [roll] });
  const options = ["yes", "no"].map((each) => ({ optionId: each, text: each }));
  const place = house.place("general");
  house.as(ada, {
    type: "poll.create",
    place,
    question: "Tea?",
    options,
    multi: true,
    endsMs: null,
  });
}

function replayed(house: House): State {
  const state = initialState();
  for (const { commit, seq, at } of house.journal) {
    const bytes = encode({ v: 1, id: "b", term: 1, prev: "", at, commits: [commit] });
    assert.ok(bytes.length < commitBytesMax, "a commit stays small");
    const batch = decode(Batch, bytes);
    assert.ok(batch.ok, batch.ok ? "" : batch.why);
    for (const stored of batch.value.commits) evolve(state, stored, { seq, at });
  }
  return state;
}

/** What keeps the person out that an event lets write or come in. */
function barred(state: State, event: Event, nowMs: number) {
  if (event.type === "session.opened") return banOf(state, event.session.userId, nowMs);
  if (event.type !== "message.posted" && event.type !== "message.edited") return undefined;
  const { author } = event.message;
  if (author.kind !== "user") return undefined;
  return banOf(state, author.userId, nowMs) ?? silenceOf(state, author.userId, nowMs);
}

function assertRank(state: State, event: Event): void {
  if (
    event.type !== "moderation.kicked" &&
    event.type !== "moderation.banned" &&
    event.type !== "moderation.silenced"
  ) {
    return;
  }
  if (event.byId === null) return;
  const rank = (userId: UserId) => rankOf(actorOf(state, userId));
  assert.ok(rank(event.byId) > rank(event.userId));
}

const runs = { numRuns: 40 };

describe("laws of the core", () => {
  it("decide neither throws nor changes the state, and answers the same twice", () => {
    fc.assert(
      fc.property(run, (steps) => {
        play(steps, (house, { command }) => {
          const before = structuredClone(house.state);
          const context = house.context(command);
          const answer = () =>
            decide(house.state, command, { ...context, newUuid: uuidsFrom(2 ** 32) });
          assert.deepEqual(answer(), answer());
          assert.equal(causeOf(house.state, command).commandId, command.id);
          assert.deepEqual(house.state, before);
          house.give(command);
        });
      }),
      runs,
    );
  });

  it("every event fits its shape, replay gives the live state, and the invariants hold", () => {
    fc.assert(
      fc.property(run, (steps) => {
        const house = play(steps, (at, { command }) => {
          at.give(command);
          assert.deepEqual(violations(at.state), []);
        });
        assert.deepEqual(replayed(house), house.state);
      }),
      runs,
    );
  });

  it("a command that was carried out is known by its id, and an earlier one is stale", () => {
    fc.assert(
      fc.property(run, (steps) => {
        play(steps, (house, { command }) => {
          const seq = house.state.seq;
          const decision = house.give(command);
          if (!decision.ok || decision.events.length === 0) return;
          assert.deepEqual(outcomeOf(house.state, command.id), { kind: "repeat", seq: seq + 1 });
        });
      }),
      runs,
    );
  });

  it("whoever is kept out or silenced never writes, nobody kept out comes in, and nobody acts on an equal", () => {
    fc.assert(
      fc.property(run, (steps) => {
        play(steps, (house, { command }) => {
          const before = structuredClone(house.state);
          const decision = house.give(command);
          for (const event of decision.ok ? decision.events : []) {
            assert.equal(barred(before, event, house.nowMs), undefined);
            assertRank(before, event);
          }
        });
      }),
      runs,
    );
  });

  it("no window holds more accepted posts than the budget allows", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000), { maxLength: 150 }), (waits) => {
        const house = new House({
          limits: { messagesPerMinute: 20, burstLimit: 6, cooldownMs: 0 },
        });
        house.person("ada");
        const sessions = protocols.map((protocol) => house.enter("ada", protocol));
        const times: number[] = [];
        for (const [index, wait] of waits.entries()) {
          house.nowMs += wait;
          const sessionId = sessions[index % 2] as SessionId;
          if (house.post(sessionId, "hi").ok) times.push(house.nowMs);
        }
        for (const start of times) {
          const within = (ms: number) => times.filter((t) => t >= start && t < start + ms).length;
          assert.ok(within(10_000) <= 6);
          assert.ok(within(60_000) <= 20);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("taking a permission away turns no refusal into an acceptance", () => {
    fc.assert(
      fc.property(run, fc.nat(3), fc.nat(20), (steps, r, p) => {
        play(steps, (house, { command }) => {
          const context = house.context(command);
          const less = structuredClone(house.state);
          const role = pick([...less.roles.values()], r);
          if (role === undefined) return;
          const gone = pick(role.permissions, p);
          const permissions = role.permissions.filter((permission) => permission !== gone);
          less.roles.set(role.roleId, { ...role, permissions });
          const decision = decide(house.state, command, context);
          if (!decision.ok) assert.equal(decide(less, command, context).ok, false);
          house.give(command);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("these runs reach every event and most of the refusals", () => {
    const seen = new Set<string>();
    for (const steps of fc.sample(run, { numRuns: 1_200, seed: 7 })) {
      const house = play(steps, (at, { command }) => {
        const decision = at.give(command);
        if (!decision.ok) seen.add(decision.rejection.code);
      });
      for (const { commit } of house.journal) for (const { type } of commit.events) seen.add(type);
    }
    const refusals = [
      "not_permitted",
      "rank_too_low",
      "self_target",
      "not_found",
      "already_exists",
      "silenced",
    ];
    const more = ["invalid", "too_long", "protected", "rate_limited"];
    const reached = eventTypes.filter((type) => type !== "leader.started");
    for (const name of [...reached, ...refusals, ...more]) {
      assert.ok(seen.has(name), name);
    }
  });
});
