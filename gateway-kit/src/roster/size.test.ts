/** What a gateway keeps of an account that is not here, and that it is found by all that it is called. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import {
  type AnswerOf,
  type Event,
  type EventOf,
  queryShapes,
  rosterPageMax,
  type UserId,
} from "@dragoman/bus-schema";
import { PackedMap, type PackedPage } from "@dragoman/service-kit";
import { bytesInUse } from "@dragoman/testing/memory";
import { snapshot } from "@dragoman/testing/roster";
import { Roster } from "./roster.ts";

/** Above as many accounts as are kept at hand. */
const first = 18_000;
const more = 24_000;
const bytesMax = 230;
const packedCount = 8_000;

/** Of what it costs to parse, check and enter each. It was 0.28; where each is packed anew, 0.6. */
const costMax = 0.45;
const warmPages = 4;

const roleId = randomUUID();
const { answer } = queryShapes["roster.people"];

/** CPU time that something takes, in microseconds. */
function cpuOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** As it comes over the bus: nothing in it is shared with anything. */
function joined(n: number): Event {
  const user = {
    userId: randomUUID(),
    number: 1_000_000_000 + n,
    name: `person_${n}`,
    handle: `person_${n}`,
    roleIds: [roleId],
    status: { status: "online", text: "" },
    local: true,
    demo: false,
  };
  return JSON.parse(JSON.stringify({ type: "user.joined", user })) as Event;
}

describe("the roster of a large community", () => {
  it("takes some hundred bytes for an account", () => {
    const roster = new Roster(snapshot as AnswerOf<"roster.snapshot">);
    const join = (from: number, to: number): number => {
      for (let n = from; n < to; n += 1) roster.apply(joined(n), { term: 1 });
      return bytesInUse();
    };
    const before = join(0, first);
    const each = (join(first, first + more) - before) / more;
    assert.equal(roster.members, first + more + 2);
    assert.ok(each < bytesMax, `${Math.round(each)} bytes each`);
  });

  it("takes people in as they are packed, for a part of what one after the other costs", () => {
    const users = Array.from({ length: packedCount }, (_, n) => {
      const event = joined(n);
      assert.equal(event.type, "user.joined");
      return { ...(event as EventOf<"user.joined">).user, departed: false, banned: false };
    });
    const pages: { readonly packed: PackedPage; readonly plain: string }[] = [];
    for (let from = 0; from < packedCount; from += rosterPageMax) {
      const some = users.slice(from, from + rosterPageMax);
      const packed = new PackedMap(some.map((user) => [user.userId, user])).page(0, rosterPageMax);
      pages.push({ packed, plain: JSON.stringify({ users: some }) });
    }
    const roster = new Roster(snapshot as AnswerOf<"roster.snapshot">);
    const other = new Roster(snapshot as AnswerOf<"roster.snapshot">);
    const cost = { packed: 0, plain: 0 };
    for (const [n, { packed, plain }] of pages.entries()) {
      const byPage = cpuOf(() => roster.addPage(packed));
      const each = cpuOf(() => other.addPeople(answer.parse(JSON.parse(plain)).users ?? []));
      // Before it is compiled, each costs as much as the compiler.
      if (n < warmPages) continue;
      cost.packed += byPage;
      cost.plain += each;
    }
    assert.ok(cost.packed < cost.plain * costMax, `${cost.packed} against ${cost.plain} us`);
    assert.deepEqual(roster.people(0, 9_999), other.people(0, 9_999));
    assert.equal(roster.members, other.members);
    assert.equal(roster.userByName("PERSON_4711")?.userId, users[4_711]?.userId);
    assert.equal(other.members, packedCount + 2);
  });

  it("finds people by number, by nickname as long as it is theirs, by role and by being there", () => {
    const roster = new Roster(snapshot as AnswerOf<"roster.snapshot">);
    const ids: UserId[] = [];
    for (let n = 0; n < 50; n += 1) {
      const event = joined(n);
      roster.apply(event, { term: 1 });
      if (event.type === "user.joined") ids.push(event.user.userId);
    }
    const apply = (event: object): unknown => roster.apply(event as Event, { term: 1 });
    const nick = (userId: UserId | undefined, nickname: string | null): unknown =>
      apply({ type: "user.nicknamed", userId, nickname, before: null, byId: null });
    nick(ids[7], "The Cat");
    assert.equal(roster.userByNumber(1_000_000_031)?.userId, ids[31]);
    assert.equal(roster.userByNumber(5), undefined);
    assert.equal(roster.userByNickname(" ~the_cat")?.userId, ids[7]);
    nick(ids[7], null);
    assert.equal(roster.userByNickname("The Cat"), undefined);
    nick(ids[8], "The Cat");
    assert.equal(roster.userByNickname("the cat")?.userId, ids[8]);
    const holders = roster.holdersOf(roleId as never).map(({ userId }) => userId);
    assert.deepEqual(holders, ids);
    for (const n of [9, 3, 9]) {
      const session = { sessionId: randomUUID(), userId: ids[n], protocol: "line" };
      apply({ type: "session.opened", session });
    }
    assert.deepEqual(
      roster.usersOnline.map(({ userId }) => userId),
      [ids[3], ids[9]],
    );
    const { members } = roster;
    for (const _ of [1, 2]) apply({ type: "user.departed", userId: ids[3], byId: null });
    assert.equal(roster.members, members - 1);
    apply({ type: "user.renamed", userId: ids[9], name: "Nine", handle: "Nine", before: "x" });
    assert.equal(roster.userByName("nine")?.userId, ids[9]);
    assert.equal(roster.userByName("person_9"), undefined);
  });
});
