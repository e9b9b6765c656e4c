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
import { Community, uuidsFrom } from "@dragoman/testing/community";
import { makers } from "@dragoman/testing/random/index";
import { pick } from "@dragoman/testing/random/make";
import { gamer, names, threadId, vouched } from "@dragoman/testing/random/people";
import { calledBy } from "@dragoman/testing/random/slash";
import fc from "fast-check";
import { actorOf, banOf, silenceOf } from "../state/find.ts";
import { initialState, type State } from "../state/shape.ts";
import { violations } from "../state/violations.ts";
import type { Admitted, Body } from "./contract.ts";
import { causeOf, decide, evolve, outcomeOf, timers } from "./index.ts";

const protocols: readonly Protocol[] = ["originchats", "sockchat"];

/** One step, as numbers that are read against the state of the moment. */
type Step = readonly [kind: number, a: number, b: number, c: number];
const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(99), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999));
const run = fc.array(step, { minLength: 30, maxLength: 90, size: "max" });

/** Each as often as the others: a step names one by two of its numbers. */
const everything = Object.values(makers);
/** What operators give as well. */
const operators = [
  makers["moderation.kick"],
  makers["moderation.ban"],
  makers["moderation.unban"],
  makers["channel.create"],
  makers["user.rename"],
  makers["user.assign"],
  makers["role.create"],
  makers["role.update"],
  makers["role.delete"],
  makers["role.reorder"],
];

interface Admission {
  readonly command: Admitted;
}

/** Reads a step as a command; null: only time passes. */
function commandOf(community: Community, [kind, a, b, c]: Step): Admission | null {
  community.nowMs += a % 400;
  if (kind >= 95) {
    community.nowMs += a * 20;
    return null;
  }
  if (kind >= 90) {
    const due = pick(timers(community.state), a)?.body;
    const lost = pick([...community.state.sessionsAt.keys()], b);
    const body: Body | undefined =
      due ?? (lost === undefined ? undefined : { type: "gateway.lost", gatewayId: lost });
    return body === undefined
      ? null
      : { command: { id: ownId(community, kind), body, actor: "core" } };
  }
  if (kind >= 85) {
    const make = pick(operators, a);
    const body = make?.(community, b, c, a);
    return body === undefined
      ? null
      : { command: { id: ownId(community, kind), body, actor: "operator" } };
  }
  const sessionId = pick([...community.state.sessions.keys()], a);
  const body = pick(everything, kind + 85 * c)?.(community, b, c, a);
  if (sessionId === undefined || body === undefined) return null;
  const handler = a % 5 === 0 ? undefined : calledBy(community, body);
  return { command: community.command(handler ?? sessionId, body) };
}

/** An origin that no command had before. */
function ownId(community: Community, n: number): Admitted["id"] {
  return commandId(`process-${community.state.seq}-${community.nowMs}-${n}`, 1);
}

/** A community in which everybody stands somewhere, and what happens after each step. */
function play(
  steps: readonly Step[],
  look: (community: Community, asked: Admission) => void,
): Community {
  const community = new Community({ limits: { burstLimit: 3, cooldownMs: 1_000 } });
  community.person("olga", "owner");
  community.person("mona", "moderator");
  for (const name of names.slice(2)) community.person(name);
  const permissions = { view: ["user"], send: ["user"] };
  community.operator({ type: "channel.create", kind: "text", name: "den", permissions });
  community.operator({ type: "channel.update", channel: "den", password: "open" });
  community.operator({ ...gamer, type: "role.create" });
  const lists = { ...permissions, create_thread: ["user"] };
  community.operator({ type: "channel.create", kind: "forum", name: "forum", permissions: lists });
  discuss(community);
  for (const [kind, a, b, c] of steps) {
    if (kind % 6 === 0) {
      const ticket = c % 3 === 0 ? vouched(a, c) : {};
      community.open(pick(names, a) ?? "", protocols[b % 2] ?? "sockchat", ticket);
    }
    const asked = commandOf(community, [kind, a, b, c]);
    if (asked !== null) look(community, asked);
  }
  return community;
}

/** A thread with two people in it, a poll, and a slash command. */
function discuss(community: Community): void {
  const [cleo, ada] = ["cleo", "ada"].map((name) => community.enter(name, "originchats"));
  if (cleo === undefined || ada === undefined) return;
  const { channelId } = community.place("forum");
  community.as(cleo, { type: "thread.create", channelId, name: "Topic" });
  community.as(ada, { type: "thread.join", threadId: threadId(community, 0) });
  const roll = { name: "roll0", description: "", options: [], ephemeral: true };
  community.as(cleo, { type: "slash.register", commands: [roll] });
  const options = ["yes", "no"].map((each) => ({ optionId: each, text: each }));
  const place = community.place("general");
  community.as(ada, {
    type: "poll.create",
    place,
    question: "Tea?",
    options,
    multi: true,
    endsMs: null,
  });
}

function replayed(community: Community): State {
  const state = initialState();
  for (const { commit, seq, at } of community.journal) {
    const bytes = encode({ v: 2, id: "b", term: 1, prev: "", at, commits: [commit] });
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
        play(steps, (community, { command }) => {
          const before = structuredClone(community.state);
          const inputs = community.inputs(command);
          const answer = () =>
            decide(community.state, command, { ...inputs, newUuid: uuidsFrom(2 ** 32) });
          assert.deepEqual(answer(), answer());
          assert.equal(causeOf(community.state, command).commandId, command.id);
          assert.deepEqual(community.state, before);
          community.give(command);
        });
      }),
      runs,
    );
  });

  it("every event fits its shape, replay gives the live state, and the invariants hold", () => {
    fc.assert(
      fc.property(run, (steps) => {
        const community = play(steps, (at, { command }) => {
          at.give(command);
          assert.deepEqual(violations(at.state), []);
        });
        assert.deepEqual(replayed(community), community.state);
      }),
      runs,
    );
  });

  it("a command that was carried out is known by its id, and an earlier one is stale", () => {
    fc.assert(
      fc.property(run, (steps) => {
        play(steps, (community, { command }) => {
          const seq = community.state.seq;
          const decision = community.give(command);
          if (!decision.ok || decision.events.length === 0) return;
          assert.deepEqual(outcomeOf(community.state, command.id), {
            kind: "repeat",
            seq: seq + 1,
          });
        });
      }),
      runs,
    );
  });

  it("whoever is kept out or silenced never writes, nobody kept out comes in, and nobody acts on an equal", () => {
    fc.assert(
      fc.property(run, (steps) => {
        play(steps, (community, { command }) => {
          const before = structuredClone(community.state);
          const decision = community.give(command);
          for (const event of decision.ok ? decision.events : []) {
            assert.equal(barred(before, event, community.nowMs), undefined);
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
        const community = new Community({
          limits: { messagesPerMinute: 20, burstLimit: 6, cooldownMs: 0 },
        });
        community.person("ada");
        const sessions = protocols.map((protocol) => community.enter("ada", protocol));
        const times: number[] = [];
        for (const [index, wait] of waits.entries()) {
          community.nowMs += wait;
          const sessionId = sessions[index % 2] as SessionId;
          if (community.post(sessionId, "hi").ok) times.push(community.nowMs);
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
        play(steps, (community, { command }) => {
          const inputs = community.inputs(command);
          const less = structuredClone(community.state);
          const role = pick([...less.roles.values()], r);
          if (role === undefined) return;
          const gone = pick(role.permissions, p);
          const permissions = role.permissions.filter((permission) => permission !== gone);
          less.roles.set(role.roleId, { ...role, permissions });
          const decision = decide(community.state, command, inputs);
          if (!decision.ok) assert.equal(decide(less, command, inputs).ok, false);
          community.give(command);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("these runs reach every event and most of the refusals", () => {
    const seen = new Set<string>();
    for (const steps of fc.sample(run, { numRuns: 1_500, seed: 2 })) {
      const community = play(steps, (at, { command }) => {
        const decision = at.give(command);
        if (!decision.ok) seen.add(decision.rejection.code);
      });
      for (const { commit } of community.journal)
        for (const { type } of commit.events) seen.add(type);
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
    const reached = eventTypes.filter(
      (type) => type !== "leader.started" && type !== "journal.skipped",
    );
    for (const name of [...reached, ...refusals, ...more]) {
      assert.ok(seen.has(name), name);
    }
  });
});
