/** The laws of the core, over random runs of commands. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  Batch,
  commandId,
  commitBytesMax,
  decode,
  type Event,
  encode,
  eventTypes,
  type Protocol,
  rankOf,
  type SessionId,
  type UserId,
} from "@dragoman/bus-schema";
import fc from "fast-check";
import { actorOf, banOf, silenceOf } from "../state/find.ts";
import { initialState, type State } from "../state/shape.ts";
import { violations } from "../state/violations.ts";
import type { Admitted, Body } from "./contract.ts";
import { House, uuidsFrom } from "./given.ts";
import { asked, community, gamer, names, pick, threadId, vouched } from "./given-asked.ts";
import { filed } from "./given-files.ts";
import { calledBy, gathered } from "./given-slash.ts";
import { causeOf, decide, evolve, outcomeOf, timers } from "./index.ts";

const protocols: readonly Protocol[] = ["originchats", "sockchat"];

/** One step, as numbers that are read against the state of the moment. */
type Step = readonly [kind: number, a: number, b: number, c: number];
const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(99), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999));
const run = fc.array(step, { minLength: 30, maxLength: 90, size: "max" });

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
          const inputs = house.inputs(command);
          const answer = () =>
            decide(house.state, command, { ...inputs, newUuid: uuidsFrom(2 ** 32) });
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
          const inputs = house.inputs(command);
          const less = structuredClone(house.state);
          const role = pick([...less.roles.values()], r);
          if (role === undefined) return;
          const gone = pick(role.permissions, p);
          const permissions = role.permissions.filter((permission) => permission !== gone);
          less.roles.set(role.roleId, { ...role, permissions });
          const decision = decide(house.state, command, inputs);
          if (!decision.ok) assert.equal(decide(less, command, inputs).ok, false);
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
