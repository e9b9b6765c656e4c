import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Session, Status, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import fc from "fast-check";
import { listedPerson, userListHead } from "./packet.ts";
import { PeopleLists } from "./people-list.ts";
import { peopleIn } from "./presence.ts";
import {
  ada,
  ben,
  commit,
  connection,
  type EdgeView,
  edgeView,
  general,
  mona,
  olga,
  people,
  random,
  received,
  session,
  staff,
} from "./testing/edge.ts";
import { personOf } from "./view.ts";

const channels = [general, random, staff];

type Act =
  | { readonly act: "open"; readonly who: number; readonly where: number | null }
  | { readonly act: "move" | "close" | "drop"; readonly which: number; readonly where: number }
  | { readonly act: "out"; readonly who: number; readonly ban: boolean }
  | { readonly act: "status"; readonly who: number; readonly status: Status["status"] }
  | { readonly act: "roles"; readonly who: number; readonly moderator: boolean }
  | { readonly act: "order"; readonly reversed: boolean };

const who = fc.nat({ max: people.length - 1 });
const where = fc.nat({ max: channels.length - 1 });
const which = fc.nat({ max: 20 });
const statuses = fc.constantFrom<Status["status"]>("online", "idle", "invisible", "offline");
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant("open" as const), who, where: fc.option(where) }),
    fc.record({ act: fc.constantFrom("move", "close", "drop"), which, where }),
    fc.record({ act: fc.constant("out" as const), who, ban: fc.boolean() }),
    fc.record({ act: fc.constant("status" as const), who, status: statuses }),
    fc.record({ act: fc.constant("roles" as const), who, moderator: fc.boolean() }),
    fc.record({ act: fc.constant("order" as const), reversed: fc.boolean() }),
  ),
  { maxLength: 40 },
);

/** What changes about people themselves. */
function changeOf(
  act: Extract<Act, { act: "status" | "roles" | "order" }>,
  roster: Roster,
): readonly Event[] {
  if (act.act === "order") {
    const roles = [...roster.roles];
    if (act.reversed) roles.reverse();
    const ranks = roles.map(({ rank }) => rank).sort((a, b) => b - a);
    const ordered = roles.map((role, position) => ({
      ...role,
      position,
      rank: ranks[position] ?? 0,
    }));
    return [{ type: "role.reordered", roles: ordered }];
  }
  const user = roster.user((people[act.who] ?? ben).userId) ?? ben;
  const { userId, status: before } = user;
  if (act.act === "status") {
    const status = { status: act.status, text: act.who % 2 === 0 ? "tea" : "" };
    return [{ type: "status.changed", userId, status, before }];
  }
  const roleIds = act.moderator ? mona.roleIds : ben.roleIds;
  return [{ type: "user.assigned", userId, roleIds, before: user.roleIds }];
}

/** The events of an act on these sessions, as core would give them. */
function eventsOf(act: Act, sessions: Session[], name: string, roster: Roster): readonly Event[] {
  if (act.act === "status" || act.act === "roles" || act.act === "order") {
    return changeOf(act, roster);
  }
  const close = (closed: Session, why: "leave" | "ban" | "kick"): readonly Event[] => {
    sessions.splice(sessions.indexOf(closed), 1);
    const events: Event[] = [{ type: "session.closed", session: closed, why }];
    if (sessions.every(({ userId }) => userId !== closed.userId)) {
      events.push({ type: "presence.ended", userId: closed.userId, why });
    }
    return events;
  };
  if (act.act === "out") {
    const user = people[act.who] ?? ben;
    const out = { userId: user.userId, byId: null, reason: "", untilMs: null };
    const first: Event = act.ban
      ? { type: "moderation.banned", ...out, addressTags: [] }
      : { type: "moderation.kicked", ...out, why: "kick" };
    const own = sessions.filter(({ userId }) => userId === user.userId);
    const lifted: Event = { type: "moderation.unbanned", userId: user.userId, byId: null };
    return [first, ...own.flatMap((each) => close(each, "ban")), ...(act.ban ? [lifted] : [])];
  }
  if (act.act === "open") {
    const user = people[act.who] ?? ben;
    const fresh = session(user, act.where === null ? undefined : channels[act.where], name);
    const first = sessions.every(({ userId }) => userId !== user.userId);
    sessions.push(fresh);
    const addressTag = "t" as Extract<Event, { type: "session.opened" }>["addressTag"];
    const opened: Event = { type: "session.opened", session: fresh, addressTag };
    return first ? [opened, { type: "presence.began", userId: user.userId }] : [opened];
  }
  const chosen = sessions[act.which % Math.max(1, sessions.length)];
  if (chosen === undefined) return [];
  if (act.act === "close") return close(chosen, "leave");
  if (act.act === "drop") {
    return [{ type: "session.dropped", sessionId: chosen.sessionId, untilMs: 0 }];
  }
  const to = channels[act.where]?.channelId;
  const { sessionId, userId, place: from } = chosen;
  if (from === undefined || to === undefined || to === from.channelId) return [];
  sessions[sessions.indexOf(chosen)] = { ...chosen, place: { channelId: to } };
  return [{ type: "session.moved", sessionId, userId, from, to: { channelId: to } }];
}

/** 7.0 of a room, made from nothing. */
function madeAnew({ roster }: EdgeView, at: (typeof channels)[number], without: UserId): string {
  const others = peopleIn(at, roster).filter(({ userId }) => userId !== without);
  const shown = others.map((user) => listedPerson(personOf(user, roster)));
  return [userListHead(others.length), ...shown].join("");
}

/** A client's list of people, which takes nobody twice and lets nobody go whom it does not hold. */
class Watcher {
  readonly #people: Set<number>;
  readonly #self: number;
  constructor(present: Iterable<number>, self: number) {
    this.#people = new Set(present);
    this.#self = self;
  }
  hear(packet: string): void {
    const [id = "", sub = "", ...rest] = packet.split("\t");
    if (id === "1") this.#join(Number(rest[0]));
    else if (id === "5" && sub === "0") this.#join(Number(rest[0]));
    else if (id === "5" && sub === "1") this.#leave(Number(rest[0]));
    else if (id === "3") this.#leave(Number(sub));
    else if (id === "10") assert.ok(this.#people.has(Number(sub)), `unknown one changed: ${sub}`);
    else assert.fail(`unexpected: ${packet}`);
  }
  #join(number: number): void {
    assert.notEqual(number, this.#self, "told of oneself");
    assert.ok(!this.#people.has(number), `told twice: ${number}`);
    this.#people.add(number);
  }
  #leave(number: number): void {
    assert.ok(this.#people.delete(number), `unknown one left: ${number}`);
  }
  get people(): readonly number[] {
    return [...this.#people].sort((a, b) => a - b);
  }
}

const listed = (set: EdgeView, at: (typeof channels)[number], self: number): readonly number[] =>
  peopleIn(at, set.roster)
    .map(({ number }) => Number(number))
    .filter((number) => number !== self)
    .sort((a, b) => a - b);

test("each coming and going is told exactly once, and the list it makes is the true one", () => {
  const watch = {
    ...olga,
    userId: "watch" as typeof olga.userId,
    number: 99 as typeof olga.number,
  };
  const watchers = channels.map((at, n) => ({ at, own: session(watch, at, `watch${n}`) }));
  fc.assert(
    fc.property(acts, (run) => {
      const set = edgeView({
        users: [...people, watch],
        sessions: watchers.map(({ own }) => own),
      });
      const sessions: Session[] = [];
      const seats = watchers.map(({ at, own }) => ({
        at,
        client: connection(own),
        list: new Watcher(listed(set, at, 99), 99),
      }));
      run.forEach((act, n) => {
        const out = commit(eventsOf(act, sessions, `s${n}`, set.roster), set);
        for (const { at, client, list } of seats) {
          const told = out.filter(({ closing }) => closing === undefined);
          const about = told.filter(({ audience }) => audience.to === "channel");
          for (const packet of received(about, client, set)) list.hear(packet);
          assert.deepEqual(list.people, listed(set, at, 99));
          const kept = set.roster.extension(PeopleLists).pieces(at, watch.userId);
          assert.equal(Buffer.concat(kept).toString(), madeAnew(set, at, watch.userId));
        }
      });
    }),
    { numRuns: 300 },
  );
});

test("the list is sorted by rank and holds everybody once", () => {
  const set = edgeView({
    sessions: [
      session(ben, general),
      session(ben, general, "again"),
      session(mona),
      session(olga, random),
      session(ada),
    ],
  });
  assert.deepEqual(
    peopleIn(general, set.roster).map(({ name }) => name),
    ["mona", "ada", "ben"],
  );
  assert.deepEqual(
    peopleIn(staff, set.roster).map(({ name }) => name),
    ["mona"],
  );
});

test("invisible people are not listed and come and go without a word", () => {
  const hidden = { ...ada, status: { status: "invisible" as const, text: "" } };
  const here = session(ben, general);
  const set = edgeView({ users: [ben, hidden], sessions: [here] });
  const addressTag = "t" as Extract<Event, { type: "session.opened" }>["addressTag"];
  const out = commit(
    [{ type: "session.opened", session: session(hidden, general), addressTag }],
    set,
  );
  assert.deepEqual(received(out, connection(here), set), []);
  assert.deepEqual(peopleIn(general, set.roster), [ben]);
});
