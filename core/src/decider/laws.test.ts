/** The laws of the core, over random runs of commands. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  Batch,
  commitBytesMax,
  decode,
  type Event,
  encode,
  eventTypes,
  rankOf,
  type SessionId,
  type UserId,
} from "@dragoman/bus-schema";
import { Community, uuidsFrom } from "@dragoman/testing/community";
import { pick } from "@dragoman/testing/random/make";
import { play, protocols, type Step } from "@dragoman/testing/random/play";
import fc from "fast-check";
import { encodeState, StateDecoder } from "../state/codec.ts";
import { actorOf, banOf, silenceOf } from "../state/find.ts";
import { initialState, type State } from "../state/shape.ts";
import { violations } from "../state/violations.ts";
import { causeOf, decide, evolve, outcomeOf } from "./index.ts";

const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(99), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999));
const run = fc.array(step, { minLength: 30, maxLength: 90, size: "max" });

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

/** The state as a snapshot brings it back. */
function reread(state: State): State {
  const decoder = new StateDecoder();
  for (const line of encodeState(state)) decoder.take(line);
  return decoder.finish();
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
const seedsMax = 100;

describe("laws of the core", () => {
  it("decide neither throws nor changes the state, and answers the same twice", () => {
    fc.assert(
      fc.property(run, (steps) => {
        play(steps, (community, { command }) => {
          const before = [...encodeState(community.state)];
          const inputs = community.inputs(command);
          const answer = () =>
            decide(community.state, command, { ...inputs, newUuid: uuidsFrom(2 ** 32) });
          assert.deepEqual(answer(), answer());
          assert.equal(causeOf(community.state, command).commandId, command.id);
          assert.deepEqual([...encodeState(community.state)], before);
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

  it("a state that was written and read again is the same, and goes on alike", () => {
    fc.assert(
      fc.property(run, (steps) => {
        let copy: State | undefined;
        let taken = 0;
        let applied = 0;
        const community = play(steps, (at, { command }) => {
          const { journal, state } = at;
          taken += 1;
          if (taken % 10 === 0) {
            copy = reread(state);
            applied = journal.length;
            assert.deepEqual(copy, state);
          }
          if (copy !== undefined) {
            for (const { commit, seq, at: time } of journal.slice(applied))
              evolve(copy, commit, { seq, at: time });
            applied = journal.length;
            const inputs = at.inputs(command);
            const answer = (asked: State) =>
              decide(asked, command, { ...inputs, newUuid: uuidsFrom(2 ** 32) });
            assert.deepEqual(answer(copy), answer(state));
          }
          at.give(command);
        });
        assert.deepEqual(violations(reread(community.state)), []);
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
          const before = reread(community.state);
          const decision = community.give(command);
          // What an operator brings along was written elsewhere, at another time.
          const isBrought = command.body.type === "import.revise";
          for (const event of decision.ok ? decision.events : []) {
            if (!isBrought) assert.equal(barred(before, event, community.nowMs), undefined);
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
          const less = reread(community.state);
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
      (type) => type !== "leader.started" && !type.startsWith("journal."),
    );
    const unseen = new Set<string>([...reached, ...refusals, ...more]);
    // The rarest needs some hundred runs by chance: so many more that no seed misses it.
    for (let seed = 1; unseen.size > 0 && seed <= seedsMax; seed += 1) {
      for (const steps of fc.sample(run, { numRuns: 250, seed })) {
        const community = play(steps, (at, { command }) => {
          const decision = at.give(command);
          if (!decision.ok) unseen.delete(decision.rejection.code);
        });
        for (const { commit } of community.journal)
          for (const { type } of commit.events) unseen.delete(type);
      }
    }
    assert.deepEqual([...unseen], []);
  });
});
