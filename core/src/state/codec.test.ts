import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { ChannelId, Message, MessageId, UserId } from "@dragoman/bus-schema";
import { encodeState, StateDecoder, stateLayout } from "./codec.ts";
import { presentFact, remember } from "./recent.ts";
import { initialState, recentMax, type State } from "./shape.ts";
import { touch } from "./touch.ts";
import { violations } from "./violations.ts";

const samples = new URL("../../samples/", import.meta.url);

function decoded(lines: Iterable<string>): State {
  const decoder = new StateDecoder();
  for (const line of lines) decoder.take(line);
  return decoder.finish();
}

function message(number: number): Message {
  return {
    messageId: `message-${number}` as MessageId,
    number,
    place: { channelId: "general" as ChannelId },
    author: { kind: "user", userId: "ada" as UserId },
  } as Message;
}

describe("a state as lines", () => {
  it("comes back with its facts and touches, those that nobody looks for left out", () => {
    const state = initialState();
    state.seq = 7;
    for (let number = 1; number <= recentMax + 3; number += 1) {
      remember(state, presentFact(message(number), number));
    }
    const pinned = { kind: "pinned", pinned: true } as const;
    touch(state, "old" as MessageId, pinned, 20_000);
    touch(state, "older" as MessageId, pinned, 20_001);
    touch(state, "old" as MessageId, { kind: "pinned", pinned: false }, 20_002);
    remember(state, presentFact({ ...message(1), messageId: "older" as MessageId }, 20_003));
    const copy = decoded(encodeState(state));
    assert.equal(copy.recentOrder.length, recentMax);
    assert.deepEqual(copy.recentOrder, state.recentOrder.slice(state.recentHead));
    assert.deepEqual(copy.recent, state.recent);
    assert.deepEqual(copy.recentNumbers, state.recentNumbers);
    assert.deepEqual(copy.touches, state.touches);
    assert.deepEqual(copy.touchOrder, state.touchOrder);
    assert.deepEqual(violations(copy), violations(state));
    // What is forgotten next is known by itself, not by what it says.
    for (const each of [state, copy]) remember(each, presentFact(message(20_000), 20_004));
    assert.deepEqual(copy.recent, state.recent);
    assert.equal(copy.evictedThrough, state.evictedThrough);
  });

  it("has a kick that never ends where there is none", () => {
    assert.equal(decoded(encodeState(initialState())).kicksExpireMs, Number.POSITIVE_INFINITY);
  });

  it("is refused when it is cut off, of a newer version, or none", () => {
    const lines = [...encodeState(initialState())];
    assert.throws(() => decoded(lines.slice(0, -1)), /without its end/);
    assert.throws(() => decoded(lines.slice(1)), /layout is not named/);
    const newer = JSON.stringify({ layout: stateLayout + 1 });
    assert.throws(() => decoded([newer]), /newer version/);
    assert.throws(() => decoded([...lines.slice(0, 1), '["moons",[1]]']), /unknown field: moons/);
  });

  it("of every layout that there was can be read", () => {
    const files = readdirSync(samples).filter((name) => name.endsWith(".jsonl"));
    assert.equal(files.length, stateLayout, "one sample of each layout");
    for (const file of files) {
      const lines = readFileSync(new URL(file, samples), "utf8").trim().split("\n");
      const state = decoded(lines);
      assert.deepEqual(violations(state), [], file);
      assert.ok(state.people.size > 3 && state.recent.size > 0, file);
    }
  });
});
