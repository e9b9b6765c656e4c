/** What the reader makes of accounts, roles, channels and paths of a data folder. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { below } from "../folder-path.ts";
import { Report } from "../report.ts";
import { channelsOf, rolesOf } from "./community.ts";
import { Names } from "./names.ts";
import { peopleOf } from "./people.ts";
import { Polls } from "./poll.ts";
import { timeoutsIn } from "./timeout.ts";

const hash = `$2b$12$${"a".repeat(53)}`;

test("accounts are those of the house by their bare names; what is none of an account costs itself alone", () => {
  const report = new Report();
  const people = peopleOf(
    {
      "USR:local_ada": {
        username: "USR:local_ada",
        nickname: "ada",
        password_hash: hash,
        roles: [],
      },
      r1: { username: "Ben", roles: ["banned", "user"], status: { status: "idle", text: "tea" } },
      ben: { roles: ["vip"] },
      cyd: { roles: ["user"], password_hash: "$2b$31$".padEnd(60, "a") },
      broken: 7,
    },
    new Map(),
    report,
  );
  assert.deepEqual(
    people.map(({ id, name, roles, passwordHash, nickname, identities, banned }) => ({
      id,
      name,
      roles,
      hash: passwordHash,
      nickname,
      provider: identities?.[0]?.provider,
      isBanned: banned !== undefined,
    })),
    [
      {
        id: "USR:local_ada",
        name: "ada",
        roles: [],
        hash,
        nickname: undefined,
        provider: undefined,
        isBanned: false,
      },
      {
        id: "r1",
        name: "Ben",
        roles: ["user", "vip"],
        hash: undefined,
        nickname: undefined,
        provider: "rotur",
        isBanned: true,
      },
      {
        id: "cyd",
        name: "cyd",
        roles: ["user"],
        hash: undefined,
        nickname: undefined,
        provider: undefined,
        isBanned: false,
      },
    ],
  );
  assert.deepEqual(Object.keys(report.summary.reasons).sort(), [
    "person: has a password hash that is none",
    "person: is no account",
    "person: is r1, of the form before",
  ]);
  const names = new Names(people);
  assert.deepEqual(names.who("r1"), { kind: "person", id: "r1" });
  assert.deepEqual(names.who("USR:local_gone"), { kind: "name", name: "gone" });
  assert.deepEqual(names.who("originChats"), { kind: "system" });
  assert.deepEqual(names.who(5), { kind: "system" });
});

test("ranks never rise along the list of roles, and those between known ones stand between them", () => {
  const role = (position: number) => ({ permissions: [], position });
  const { roles } = rolesOf(
    {
      user: role(5),
      vip: role(4),
      moderator: role(3),
      head: role(2),
      owner: role(0),
      admin: role(1),
      banned: role(6),
      odd: [],
    },
    new Report(),
  );
  assert.deepEqual(
    roles.map(({ name, rank }) => [name, rank]),
    [
      ["owner", 10],
      ["admin", 8],
      ["head", 6],
      ["moderator", 5],
      ["vip", 2],
      ["user", 1],
    ],
  );
});

test("channels have names that channels may have, each its own", () => {
  const channels = channelsOf(
    [
      { type: "text", name: "general" },
      { type: "text", name: "General", permissions: { view: ["user"], send: [] } },
      { type: "chat", name: "../x\u0000" },
      { type: "separator" },
      { type: "text", name: "general" },
      5,
    ],
    new Report(),
  );
  assert.deepEqual(
    channels.map(({ name, kind, permissions }) => [name, kind, permissions.view]),
    [
      ["general", "text", ["owner"]],
      ["General-2", "text", ["user"]],
      ["-x-", "text", ["owner"]],
      ["separator-3", "separator", ["owner"]],
    ],
  );
});

test("no path leads out of its folder", () => {
  assert.equal(below("/data/db", "a.json"), "/data/db/a.json");
  for (const name of ["../users.json", "/etc/passwd", "a/../../x", "..", ".", ""]) {
    assert.equal(below("/data/db", name), undefined, name);
  }
});

test("a poll whose time is over has ended, and counts each person once", () => {
  const report = new Report();
  const polls = new Polls(
    {
      p1: {
        message_id: "m1",
        question: "Tea?",
        options: [{ id: "y", text: "yes" }, { id: "n", text: "no" }, {}],
        created_by: "ada",
        created_at: 5,
        expires_at: 9,
        ended: false,
      },
      p2: { message_id: "m2", question: "", options: [] },
    },
    {
      p1: [
        { option_id: "y", user_id: "ada", voted_at: 7 },
        { option_id: "n", user_id: "ada", voted_at: 8 },
        { option_id: "?", user_id: "ben" },
      ],
    },
    { names: new Names([]), report, nowMs: 10_000 },
  );
  const poll = polls.of("m1");
  assert.deepEqual([poll?.endedAtUs, poll?.endsMs, poll?.options.length], [9_000_000, 9_000, 2]);
  assert.deepEqual(poll?.votes, [{ who: { kind: "name", name: "ada" }, optionIds: ["n"] }]);
  assert.equal(polls.of("m2"), undefined);
  assert.equal(report.summary.counts["vote"]?.left, 1);
});

test("timeouts that run are those of the moderation log: the last of a person, as long as it lasts", () => {
  const nowMs = 1_700_000_000_000;
  const entry = (
    target_id: unknown,
    secondsAgo: number,
    details: unknown,
    action = "user_timeout",
  ) => ({
    action,
    target_id,
    timestamp: nowMs / 1_000 - secondsAgo,
    details,
  });
  const log = [
    entry("ada", 100, { timeout: 7_200 }),
    entry("ada", 50, { duration: 600, reason: "flood" }),
    entry("ben", 100, { timeout: 3_600 }),
    entry("ben", 10, { duration: 0 }),
    entry("cyd", 100, { timeout: 60 }),
    entry("dan", 100, { timeout: "long" }),
    entry("eve", 100, { timeout: 3_600 }, "user_ban"),
    entry("fay", -100, { timeout: 3_600 }),
    entry(7, 100, { timeout: 3_600 }),
    entry("gus", 0, { timeout: 1e300 }),
    "no entry",
  ];
  assert.deepEqual([...timeoutsIn(log, nowMs)], [["ada", nowMs + 550_000]]);
  assert.deepEqual([...timeoutsIn({ no: "list" }, nowMs)], []);
  const people = peopleOf(
    { ada: { username: "ada", roles: [] } },
    timeoutsIn(log, nowMs),
    new Report(),
  );
  assert.deepEqual(
    people.map(({ silencedUntilMs }) => silencedUntilMs),
    [nowMs + 550_000],
  );
});
