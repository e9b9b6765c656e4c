import assert from "node:assert/strict";
import { test } from "node:test";
import type { Commit, Event, RosterUser, Thread, ThreadId } from "@dragoman/bus-schema";
import { userId } from "@dragoman/testing/people";
import { edge } from "./edge.ts";
import {
  ben,
  commit,
  connection,
  edgeView,
  general,
  mona,
  random,
  sent,
  session,
} from "./testing/edge.ts";

const crowd = 4_000;
const threads = 900;
const comers = 10;
const turns = 3;
/** Ten who come take so many times as long as the first one; where each is made its own lists, ten times. */
const timesMax = 4;

const nth = (n: number): RosterUser => ({
  ...ben,
  userId: userId(`nth${n}`),
  number: (100 + n) as RosterUser["number"],
  name: `nth${n}` as RosterUser["name"],
  handle: `nth${n}` as RosterUser["handle"],
});
const forum = { ...random, kind: "forum" } as const;
const changed = { type: "channel.updated", channel: forum, before: random } as Event;
const thread = (n: number): Thread => ({
  threadId: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}` as ThreadId,
  channelId: forum.channelId,
  name: `Topic ${n}`,
  slug: `topic-${n}`,
  creatorId: ben.userId,
  createdAtUs: n,
  locked: false,
  archived: false,
  participantIds: [ben.userId],
});

function community(): ReturnType<typeof edgeView> {
  const users = Array.from({ length: crowd }, (_, n) => nth(n));
  const present = users.slice(turns * comers).map((user) => session(user, general));
  const set = edgeView({ users: [...users, mona], sessions: present });
  set.roster.apply(changed, { term: 1 });
  for (let n = 0; n < threads; n += 1) {
    set.roster.apply({ type: "thread.created", thread: thread(n) }, { term: 1 });
  }
  return set;
}

/** What it takes to let the nth person in, CPU ms, and what they are given. */
function come(
  n: number,
  set: ReturnType<typeof edgeView>,
): { ms: number; given: readonly string[] } {
  const own = session(nth(n), general);
  const addressTag = "t" as Extract<Event, { type: "session.opened" }>["addressTag"];
  const opened: Event = { type: "session.opened", session: own, addressTag };
  const began = process.cpuUsage();
  commit([opened, { type: "presence.began", userId: own.userId }], set);
  const given = sent(
    edge.welcome(connection(own), own, [], { events: [opened] } as unknown as Commit, set.view),
    set.view,
  );
  const { user, system } = process.cpuUsage(began);
  return { ms: (user + system) / 1000, given };
}

test("ten who come in at once take little more than the first of them", (t) => {
  const set = community();
  const firsts: number[] = [];
  const alls: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    // After it all lists are made anew.
    set.roster.apply(changed, { term: 1 });
    const took: number[] = [];
    let last = "";
    for (let n = 0; n < comers; n += 1) {
      const { ms, given } = come(turn * comers + n, set);
      took.push(ms);
      last = given.find((packet) => packet.startsWith("7\t0\t")) ?? "";
    }
    const [first = 0, ...rest] = took;
    const there = crowd - (turns - turn - 1) * comers;
    assert.ok(last.startsWith(`7\t0\t${there - 1}\t`), last.slice(0, 20));
    t.diagnostic(`the first ${first} ms, the longest after it ${Math.max(...rest)} ms`);
    firsts.push(first);
    alls.push(rest.reduce((sum, ms) => sum + ms, first));
  }
  // The first turns warm the engine up.
  const ratio = Math.min(...alls) / Math.min(...firsts);
  assert.ok(ratio < timesMax, `${ratio} times`);
});
