/** People come in pages, each as they are when it is asked for: what happened since the snapshot is applied again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, RosterUser, Session } from "@dragoman/bus-schema";
import { rosterDigest } from "@dragoman/service-kit";
import { session as sessionOf, user } from "@dragoman/testing/people";
import { ada, ben, snapshot } from "@dragoman/testing/roster";
import { Roster } from "./roster.ts";

const eve = user("eve", 3, []);
const session = sessionOf(ben) as Session;
const online = { status: "online", text: "" } as const;
const afk = { status: "idle", text: "tea", afk: online } as const;
const addressTag = "t" as never;

/** What happens to people between the snapshot and the pages. */
const events: readonly Event[] = [
  { type: "session.opened", session, addressTag },
  { type: "presence.began", userId: ben.userId },
  { type: "user.joined", user: eve },
  { type: "status.changed", userId: ben.userId, status: afk, before: online },
  { type: "user.renamed", userId: ada.userId, name: "Ada2", handle: "Ada2", before: "ada" },
  { type: "user.nicknamed", userId: ben.userId, nickname: "Benny", before: null, byId: null },
  { type: "user.assigned", userId: ada.userId, roleIds: [], before: ada.roleIds },
  { type: "session.closed", session, why: "leave" },
  { type: "presence.ended", userId: ben.userId, why: "leave" },
  { type: "user.nicknamed", userId: ben.userId, nickname: null, before: "Benny", byId: null },
  {
    type: "moderation.banned",
    userId: eve.userId,
    byId: null,
    reason: "",
    untilMs: null,
    addressTags: [],
  },
  { type: "user.renamed", userId: ada.userId, name: "Ada3", handle: "Ada3", before: "Ada2" },
  { type: "moderation.unbanned", userId: eve.userId, byId: null },
  { type: "user.pictured", userId: ben.userId, url: "https://e.example/a.png" },
  { type: "user.renamed", userId: ada.userId, name: "ada", handle: "a_d_a", before: "Ada3" },
  {
    type: "user.renamed",
    userId: ada.userId,
    name: "Ada4",
    handle: "Ada4",
    before: "ada",
    handleBefore: "a_d_a",
  },
  { type: "user.merged", fromId: ben.userId, intoId: ada.userId, roleIds: [], color: null },
  { type: "user.departed", userId: eve.userId, byId: null },
];

const apply = (roster: Roster, some: readonly Event[]): Roster => {
  for (const event of some) roster.apply(event, { term: 1 });
  return roster;
};

const everybody = (roster: Roster): readonly RosterUser[] => roster.people(0, 100);

test("pages of any later time lead to the same roster as a snapshot of that time", () => {
  for (let at = 0; at <= events.length; at += 1) {
    const later = apply(new Roster(snapshot), events.slice(0, at));
    const { users: _, ...rest } = snapshot;
    const paged = new Roster(rest);
    paged.addPeople(everybody(later));
    apply(paged, events);
    const whole = apply(new Roster(snapshot), events);
    assert.deepEqual(everybody(paged), everybody(whole), `pages behind ${at} events`);
    assert.equal(paged.members, whole.members);
    for (const name of ["ada", "Ada2", "Ada3", "a_d_a", "Ada4", "ben", "eve"]) {
      assert.equal(whole.userByName(name)?.userId, name === "eve" ? eve.userId : ada.userId);
      assert.equal(paged.userByName(name)?.userId, whole.userByName(name)?.userId, name);
    }
  }
});

test("a page is known by what is so of its people, in whatever order it is written", () => {
  const turned = Object.fromEntries(Object.entries(ada).reverse()) as RosterUser;
  assert.equal(rosterDigest([turned, ben]), rosterDigest([ada, ben]));
  assert.notEqual(rosterDigest([ada, { ...ben, banned: true }]), rosterDigest([ada, ben]));
  assert.notEqual(rosterDigest([ben, ada]), rosterDigest([ada, ben]));
});
