import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cause, Event, UserId } from "@dragoman/bus-schema";
import Database from "libsql";
import { type AuditChange, auditOf, cutoffs } from "./audit.ts";
import { AuditTable, auditLayout } from "./audit-table.ts";

const dayMs = 24 * 3_600_000;
const nowMs = 1_800_000_000_000;
const ada = "ada" as UserId;
const mona = "mona" as UserId;

const by = (actor: Cause["actor"], protocol?: Cause["protocol"]): Cause => ({
  commandId: "c.1" as Cause["commandId"],
  actor,
  ...(actor === "user" ? { userId: mona } : {}),
  ...(protocol === undefined ? {} : { protocol }),
});

const banned: Event = {
  type: "moderation.banned",
  userId: ada,
  byId: mona,
  reason: "spam",
  untilMs: null,
  addressTags: [],
};
const unsilenced: Event = { type: "moderation.unsilenced", userId: ada, byId: null };

function table(): AuditTable {
  const db = new Database(":memory:");
  db.exec(auditLayout);
  return new AuditTable(db);
}

function act(event: Event, atMs: number, cause = by("user", "sockchat")): AuditChange {
  const found = auditOf(event, { cause, events: [event] }, { at: atMs });
  if (found === undefined) throw new Error(`${event.type} is no act`);
  return found;
}

test("only what a person or an operator did is an act", () => {
  assert.equal(auditOf(unsilenced, { cause: by("timer"), events: [] }, { at: nowMs }), undefined);
  assert.equal(
    auditOf(
      { type: "presence.began", userId: ada },
      { cause: by("user"), events: [] },
      { at: nowMs },
    ),
    undefined,
  );
  assert.ok(auditOf(banned, { cause: by("operator"), events: [] }, { at: nowMs }) !== undefined);
  const deleted: Event = { type: "role.deleted", roleId: "r" as never, name: "r", roles: [] };
  const furnished = { cause: by("operator"), events: [] };
  assert.equal(auditOf(deleted, furnished, { at: nowMs }), undefined);
  const asked = { cause: { ...by("operator"), logged: true as const }, events: [] };
  assert.equal(auditOf(deleted, asked, { at: nowMs })?.act, "role.deleted");
  const joined = {
    type: "user.joined",
    user: { userId: ada, roleIds: ["owner"] },
  } as never as Event;
  assert.equal(auditOf(joined, furnished, { at: nowMs }), undefined, "an import's");
  const entry = auditOf(joined, asked, { at: nowMs });
  assert.deepEqual([entry?.act, entry?.targetId], ["user.joined", ada]);
  assert.match(String(entry?.json), /"by":"operator".*"roleIds":\["owner"\]/);
  const flood: Event = {
    type: "moderation.kicked",
    userId: ada,
    byId: null,
    reason: "flood",
    why: "flood",
    untilMs: null,
  };
  assert.equal(auditOf(flood, { cause: by("user"), events: [] }, { at: nowMs }), undefined);
});

test("an entry says who, whom, why, when and from which protocol", () => {
  const log = table();
  log.add(act(banned, nowMs));
  log.add(act(unsilenced, nowMs + 1, by("operator")));
  const { entries, total } = log.entries(
    { type: "audit.entries", limit: 10, offset: 0 },
    cutoffs(nowMs),
  );
  assert.equal(total, 2);
  assert.deepEqual(entries, [
    {
      entry: 2,
      atMs: nowMs + 1,
      act: "moderation.unsilenced",
      actorId: null,
      by: "operator",
      targetId: ada,
      targetName: null,
      details: {},
    },
    {
      entry: 1,
      atMs: nowMs,
      act: "moderation.banned",
      actorId: mona,
      protocol: "sockchat",
      targetId: ada,
      targetName: null,
      details: { reason: "spam", untilMs: null },
    },
  ]);
});

test("entries are dropped when their kind's time is over", () => {
  const log = table();
  const pinned: Event = {
    type: "message.deleted",
    messageId: "m" as never,
    number: 1 as never,
    place: { channelId: "c" as never },
    author: { kind: "user", userId: ada },
    byId: mona,
  };
  log.add(act(banned, nowMs - 366 * dayMs));
  log.add(act(banned, nowMs - 364 * dayMs));
  log.add(act(pinned, nowMs - 91 * dayMs));
  log.add(act(pinned, nowMs - 89 * dayMs));
  assert.deepEqual(log.summary(cutoffs(nowMs)), {
    counts: [
      { act: "message.deleted", count: 1 },
      { act: "moderation.banned", count: 1 },
    ],
    total: 2,
  });
});

test("filters combine", () => {
  const log = table();
  log.add(act(banned, nowMs));
  log.add(act({ ...banned, userId: mona }, nowMs + 5));
  log.add(act({ ...banned, userId: mona }, nowMs + 6, by("operator")));
  const ask = (filter: object): number =>
    log.entries({ type: "audit.entries", limit: 1, offset: 0, ...filter }, cutoffs(nowMs)).total;
  assert.equal(ask({}), 3);
  assert.equal(ask({ targetIds: [ada, "x"] }), 1);
  assert.equal(ask({ afterMs: nowMs }), 2);
  assert.equal(ask({ byOperator: true }), 1);
  assert.equal(ask({ actorIds: [mona], acts: ["moderation.banned", "pin.added"] }), 2);
  assert.equal(ask({ acts: [] }), 0);
  assert.equal(ask({ actorIds: [ada] }), 0);
});
