import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChannelId, MessageId, MessageNumber } from "@dragoman/bus-schema";
import { factOf } from "./find.ts";
import { pushNewest, remember } from "./recent.ts";
import {
  type Fact,
  initialState,
  minuteMs,
  newestCount,
  quietCount,
  recentMax,
  ringMax,
  type State,
} from "./shape.ts";
import { sweep } from "./sweep.ts";

function fact(number: number, seq: number): Fact {
  return {
    messageId: `m${number}` as MessageId,
    number: number as MessageNumber,
    place: { channelId: "c" as ChannelId },
    author: { kind: "system" },
    message: null,
    seq,
  };
}

function filled(count: number): State {
  const state = initialState();
  for (let n = 1; n <= count; n += 1) remember(state, fact(n, n));
  return state;
}

describe("what state remembers of messages", () => {
  it("is the newest facts, by id and by number", () => {
    const state = filled(recentMax + 3);
    assert.equal(factOf(state, "m3"), undefined);
    assert.equal(factOf(state, "3"), undefined);
    assert.equal(factOf(state, "m4")?.seq, 4);
    assert.equal(factOf(state, "4")?.seq, 4);
    assert.equal(state.evictedThrough, 3);
  });

  it("loses nothing where a fact was superseded", () => {
    const state = filled(recentMax);
    remember(state, fact(1, recentMax + 1));
    assert.equal(state.evictedThrough, 0);
    assert.equal(factOf(state, "m1")?.seq, recentMax + 1);
    remember(state, fact(recentMax + 1, recentMax + 2));
    assert.equal(state.evictedThrough, 2);
  });

  it("stays bounded over many times its size", () => {
    const state = filled(recentMax * 3 + 5);
    assert.equal(state.recent.size, recentMax);
    assert.equal(state.recentNumbers.size, recentMax);
    assert.ok(state.recentOrder.length <= recentMax * 2);
  });
});

describe("the newest messages of a place", () => {
  it("are fewer once it is quiet, and a minute is over", () => {
    const state = initialState();
    const post = (place: string, number: number): void => {
      const at = { channelId: place as ChannelId };
      pushNewest(state, { ...fact(number, number), place: at, createdAtUs: number } as never);
      state.lastMessageNumber = number;
    };
    const lengths = (): (number | undefined)[] =>
      ["a", "b"].map((place) => state.rings.get(place)?.entries.length);
    const pass = (ms: number): void => {
      state.at += ms;
      sweep(state);
    };
    pass(minuteMs);
    let number = 0;
    for (let n = 0; n < 100; n += 1) {
      number += 1;
      post("a", number);
    }
    for (let n = 1; n < quietCount; n += 1) post("b", number + n);
    pass(minuteMs);
    assert.deepEqual(lengths(), [ringMax, ringMax]);
    post("b", number + quietCount);
    pass(minuteMs - 1);
    assert.deepEqual(lengths(), [ringMax, ringMax]);
    pass(1);
    assert.deepEqual(lengths(), [newestCount, ringMax]);
    assert.equal(state.rings.get("a")?.entries.at(-1)?.number, number);
  });
});
