import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Commit,
  type Event,
  type GatewayId,
  type Heartbeat,
  type SessionId,
  SessionSet,
} from "@dragoman/bus-schema";
import { SessionLists } from "./session-lists.ts";

const gatewayId = "originchats_one" as GatewayId;
const [one, two, three] = ["one", "two", "three"].map((id) => id.padEnd(32, "x") as SessionId) as [
  SessionId,
  SessionId,
  SessionId,
];

const commit = (type: "session.opened" | "session.closed", sessionId: SessionId): Commit => ({
  cause: { commandId: "core.1" as Commit["cause"]["commandId"], actor: "leader" },
  events: [{ type, session: { sessionId, gatewayId } } as Event],
});

const beat = (applied: number, ids: readonly SessionId[], isListed = false): Heartbeat => ({
  v: 1,
  applied,
  digest: new SessionSet(ids).digest,
  ...(isListed ? { sessions: [...ids] } : {}),
});

/** Has so many heartbeats compared, and gives what came of the last. */
function often(lists: SessionLists, given: Heartbeat, times = 5) {
  for (let n = 1; n < times; n += 1) {
    assert.deepEqual(lists.compare(gatewayId, given), { reply: {}, lost: [] });
  }
  return lists.compare(gatewayId, given);
}

test("sessions that a gateway does not have are lost, and those that there are not are unknown to us", () => {
  const lists = new SessionLists([[gatewayId, [one, two]]], 7);
  assert.deepEqual(often(lists, beat(7, [two, one])), { reply: {}, lost: [] });
  assert.deepEqual(often(lists, beat(7, [one, three])), { reply: { differs: true }, lost: [] });
  assert.deepEqual(lists.compare(gatewayId, beat(7, [one, three], true)), {
    reply: { unknown: [three] },
    lost: [two],
  });
});

test("a difference that passes is none", () => {
  const lists = new SessionLists([[gatewayId, [one]]], 7);
  often(lists, beat(7, []), 4);
  assert.deepEqual(lists.compare(gatewayId, beat(7, [one])), { reply: {}, lost: [] });
  assert.deepEqual(often(lists, beat(7, []), 4), { reply: {}, lost: [] });
});

test("what a gateway has not applied is not held against it", () => {
  const lists = new SessionLists([], 7);
  lists.stored([commit("session.opened", one)], 8);
  assert.deepEqual(often(lists, beat(7, [], true), 20), { reply: {}, lost: [] });
  assert.deepEqual(often(lists, beat(8, [one])), { reply: {}, lost: [] });
  lists.stored([commit("session.closed", one)], 9);
  assert.deepEqual(often(lists, beat(8, [one], true), 20), { reply: {}, lost: [] });
  assert.deepEqual(often(lists, beat(9, [])), { reply: {}, lost: [] });
  assert.deepEqual(often(lists, beat(9, [one], true)), { reply: { unknown: [one] }, lost: [] });
});

test("a gateway that says nothing of its sessions is left alone", () => {
  const lists = new SessionLists([[gatewayId, [one]]], 7);
  assert.deepEqual(often(lists, { v: 1, applied: 7 }, 20), { reply: {}, lost: [] });
});
