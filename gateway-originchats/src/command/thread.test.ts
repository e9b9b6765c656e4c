import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "@dragoman/bus-schema";
import {
  ada,
  commit,
  errorOf,
  forum,
  general,
  only,
  roster,
  say,
  sent,
  thread,
  view,
} from "../testing/edge.ts";

const { threadId, channelId, name, slug, locked, archived } = thread;
const now = { name, slug, locked, archived };
const joined: Event = { type: "thread.joined", threadId, channelId, userId: ada.userId };
const updated: Event = {
  type: "thread.updated",
  threadId,
  channelId,
  before: now,
  after: { ...now, archived: true },
};

const there = () => roster({ channels: [general, forum], threads: [thread] });
const without = () => roster({ channels: [general, forum] });
const acts = [
  { packet: { cmd: "thread_join" }, done: joined },
  { packet: { cmd: "thread_leave" }, done: { ...joined, type: "thread.left" } as Event },
  { packet: { cmd: "thread_update", archived: true }, done: updated },
];

for (const { packet, done } of acts) {
  const ask = () =>
    only(say(ada, { ...packet, thread_id: threadId, listener: "l" }, view(there())), "command");

  test(`${packet.cmd}: what changes nothing is answered with the thread`, () => {
    const [answer] = sent(ask().unchanged?.(view(there())) ?? []);
    assert.equal(answer?.["cmd"], packet.cmd);
  });

  test(`${packet.cmd}: a thread that went away meanwhile is one that is not there`, () => {
    const is = view(without());
    assert.equal(errorOf(ask().unchanged?.(is) ?? []), "Thread not found");
    assert.equal(errorOf(ask().settle?.([], commit(done), is) ?? []), "Thread not found");
  });
}
