/** Whom the lists of people name, and what of them is made anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RosterUser, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { role, standingSessions, user } from "@dragoman/testing/people";
import { PeopleLists } from "./people-list.ts";
import { ada, ben, member, moderator, mona, olga, owner, roster, session } from "./testing/edge.ts";
import { longestShare } from "./testing/steps.ts";

const hobby = role("hobby", 1, [], { position: 3, selfAssignable: true });

const crowd = (count: number): readonly RosterUser[] =>
  Array.from({ length: count }, (_, n) => user(`person${n}`, 2_000_000_000 + n, [hobby, member]));

interface Listed {
  readonly username: string;
  readonly status: { readonly status: string };
  readonly nickname: string | null;
}

function piecesOf(of: Roster, limit: number, viewer = ada): readonly Buffer[] {
  const making = of.extension(PeopleLists).listed.make(viewer.userId, limit, undefined);
  for (;;) {
    const { done, value } = making.next();
    if (done === true) return value;
  }
}

function listOf(of: Roster, limit: number, viewer = ada): readonly Listed[] {
  const text = Buffer.concat(piecesOf(of, limit, viewer)).toString();
  return (JSON.parse(text) as { readonly users: readonly Listed[] }).users;
}

const namesIn = (of: Roster, limit: number): readonly string[] =>
  listOf(of, limit).map(({ username }) => username);

const people = crowd(20);
const idOf = (n: number): UserId => people[n]?.userId as UserId;

const full = (): Roster =>
  roster({
    roles: [owner, moderator, member, hobby],
    users: [ada, ben, mona, olga, ...people],
    hereLast: [idOf(3), idOf(9), mona.userId, idOf(4), idOf(7)],
    sessions: standingSessions([session(ada), session(ben, "sockchat")]),
  });

test("everybody is listed as long as they are no more than the limit", () => {
  assert.equal(namesIn(full(), 24).length, 24);
});

test("above it those are listed who are online, who were given a role, who were here last", () => {
  assert.deepEqual(namesIn(full(), 6), ["ada", "ben", "mona", "olga", "person4", "person7"]);
  // The highest rank first, and never fewer than are online.
  assert.deepEqual(namesIn(full(), 3), ["ada", "ben", "olga"]);
  assert.deepEqual(namesIn(full(), 0), ["ada", "ben"]);
});

test("who comes is in the next list, who goes stays in it for having been here", () => {
  const of = full();
  assert.ok(!namesIn(of, 6).includes("person15"));
  const here = { ...session(ada), userId: idOf(15), sessionId: "s15".padEnd(32, "_") as never };
  const apply = (event: Parameters<Roster["apply"]>[0]): unknown => of.apply(event, { term: 1 });
  apply({ type: "session.opened", session: here, addressTag: "t" as never });
  apply({ type: "presence.began", userId: idOf(15) });
  const present = namesIn(of, 6);
  assert.ok(present.includes("person15") && !present.includes("person4"));
  apply({ type: "session.closed", session: here, why: "leave" });
  apply({ type: "presence.ended", userId: idOf(15), why: "leave" });
  const gone = listOf(of, 6).find(({ username }) => username === "person15");
  assert.equal(gone?.status.status, "offline");
});

test("who is banned or departed leaves the list, a role taken away leaves it too", () => {
  const of = full();
  of.apply({ type: "user.assigned", userId: mona.userId, roleIds: [], before: [] }, { term: 1 });
  of.apply({ type: "user.departed", userId: olga.userId, byId: null }, { term: 1 });
  assert.deepEqual(namesIn(of, 4), ["ada", "ben", "person4", "person7"]);
});

test("who asks again, or is another, is given the same bytes; a change makes its own page anew", () => {
  const of = roster({ users: [ada, ben, mona, olga, ...crowd(2_000)] });
  const first = piecesOf(of, 10_000);
  const again = piecesOf(of, 10_000, ben);
  assert.ok(first.length > 10);
  const inner = (pieces: readonly Buffer[]): readonly Buffer[] => pieces.slice(0, -1);
  assert.deepEqual(
    inner(first).map((piece, n) => piece === again[n]),
    inner(first).map(() => true),
  );
  const status = { status: "idle", text: "" } as const;
  of.apply({ type: "status.changed", userId: ada.userId, status, before: ada.status }, { term: 1 });
  const changed = piecesOf(of, 10_000);
  assert.equal(inner(first).filter((piece, n) => piece !== changed[n]).length, 1);
});

test("a long list is made in steps of which none is long", () => {
  const many = crowd(20_000);
  const users = [ada, ben, mona, olga, ...many];
  const hereLast = many.map(({ userId }) => userId);
  for (const limit of [30_000, 5_000]) {
    const making = () =>
      roster({ users, hereLast }).extension(PeopleLists).listed.make(ada.userId, limit, undefined);
    assert.ok(longestShare(making) < 0.25, `at most ${limit}`);
  }
});

test("somebody who hides sees the own status and is away to all others", () => {
  const hidden = { ...ada, status: { status: "invisible", text: "busy" } } as RosterUser;
  const of = roster({ users: [hidden, ben, mona, olga] });
  const statusFor = (viewer: RosterUser): string | undefined =>
    listOf(of, 10, viewer).find(({ username }) => username === "ada")?.status.status;
  assert.equal(statusFor(ada), "invisible");
  assert.equal(statusFor(ben), "offline");
});
