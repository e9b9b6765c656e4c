import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AddressTag,
  commitBytesMax,
  encode,
  type GatewayId,
  type SessionId,
} from "@dragoman/bus-schema";
import { bansAt, timers } from "../state/find.ts";
import { sessionsMax } from "../state/shape.ts";
import { snapshotOf } from "../state/snapshot.ts";
import { eventOf, House, outcome } from "./given.ts";

interface Scene {
  readonly house: House;
  readonly mona: SessionId;
  readonly ada: SessionId;
}

function scene(): Scene {
  const house = new House();
  house.person("olga", "owner");
  house.person("mona", "moderator");
  house.person("max", "moderator");
  house.person("ada");
  return { house, mona: house.enter("mona", "sockchat"), ada: house.enter("ada", "originchats") };
}

const lacks = (need: string) => ({ code: "not_permitted", need, hidden: false });

describe("moderation.kick", () => {
  it("closes every session on both protocols, then ends presence", () => {
    const { house, mona } = scene();
    house.enter("ada", "sockchat");
    const kick = house.as(mona, { type: "moderation.kick", target: "ada", reason: " loud " });
    assert.deepEqual(outcome(kick), [
      "moderation.kicked",
      "session.closed",
      "session.closed",
      "presence.ended",
    ]);
    const kicked = eventOf(kick, "moderation.kicked");
    assert.deepEqual([kicked?.untilMs, kicked?.reason], [null, "loud"]);
    assert.ok(house.open("ada", "sockchat").decision.ok);
  });

  it("tests the right, the target, oneself and the rank, in this order", () => {
    const { house, mona, ada } = scene();
    house.enter("max", "sockchat");
    const kick = (by: SessionId, target: string) =>
      outcome(house.as(by, { type: "moderation.kick", target }));
    assert.deepEqual(kick(ada, "nobody"), lacks("kick"));
    for (const given of ["nobody", "olga"]) {
      assert.deepEqual(kick(mona, given), { code: "not_found", what: "user", given });
    }
    assert.deepEqual(kick(mona, "mona"), { code: "self_target", given: "mona" });
    assert.deepEqual(kick(mona, "max"), { code: "rank_too_low", given: "max" });
  });

  it("with a time lapses by itself, without an event", () => {
    const { house, mona } = scene();
    house.as(mona, { type: "moderation.kick", target: "ada", seconds: 0.5 });
    assert.deepEqual(timers(house.state), []);
    assert.equal(bansAt(house.state, house.nowMs).length, 1);
    house.nowMs += 500;
    assert.equal(bansAt(house.state, house.nowMs).length, 0);
    house.posted(mona, "time goes on");
    assert.equal(house.state.bans.size, 0);
  });

  it("says so in the place of the slash command, last", () => {
    const { house, mona } = scene();
    const place = house.place("general");
    const said = { place, command: "kick", text: "ada is out" };
    const kick = house.as(mona, { type: "moderation.kick", target: "ada", said });
    const types = outcome(kick) as string[];
    assert.equal(types.at(-1), "message.posted");
    const message = eventOf(kick, "message.posted")?.message;
    assert.deepEqual(message?.author, { kind: "system", name: "originChats" });
    assert.deepEqual(message?.interaction, { command: "kick", userId: house.userId("mona") });
    assert.equal(house.state.spends.size, 0);
  });

  it("is refused as a whole where its answer would go to a hidden place", () => {
    const { house, mona } = scene();
    const permissions = { view: ["owner"] };
    house.operator({ type: "channel.create", kind: "text", name: "den", permissions });
    const said = { place: house.place("den"), command: "kick", text: "x" };
    const kick = house.as(mona, { type: "moderation.kick", target: "ada", said });
    assert.equal(!kick.ok && kick.rejection.code, "not_found");
  });
});

describe("moderation.ban", () => {
  it("raises the person's token epoch and closes every session", () => {
    const { house, mona } = scene();
    const ban = house.as(mona, { type: "moderation.ban", target: "ada", addresses: true });
    assert.deepEqual(outcome(ban), [
      "moderation.banned",
      "user.revoked",
      "session.closed",
      "presence.ended",
    ]);
    assert.deepEqual(eventOf(ban, "moderation.banned")?.addressTags, ["at-ada"]);
    assert.equal(house.state.people.get(house.userId("ada"))?.epoch, 1);
    const roster = snapshotOf(house.state)?.users.find(({ name }) => name === "ada");
    assert.equal(roster?.banned, true);
  });

  it("reaches people who are away, once", () => {
    const { house, mona } = scene();
    house.person("cleo");
    const ban = () =>
      outcome(house.as(mona, { type: "moderation.ban", target: "cleo", addresses: false }));
    assert.deepEqual(ban(), ["moderation.banned", "user.revoked"]);
    assert.deepEqual(ban(), { code: "already_exists", what: "ban", given: "cleo" });
  });

  it("knows no rank and no right above an operator", () => {
    const { house } = scene();
    const ban = house.operator({ type: "moderation.ban", target: "olga", addresses: false });
    assert.ok(ban.ok);
    assert.equal(eventOf(ban, "moderation.banned")?.byId, null);
  });

  it("with a time is lifted when it runs out", () => {
    const { house, mona } = scene();
    house.as(mona, { type: "moderation.ban", target: "ada", seconds: 60, addresses: false });
    const [timer] = timers(house.state);
    assert.ok(timer);
    assert.deepEqual(outcome(house.core(timer.body)), []);
    house.nowMs = timer.dueMs;
    const over = house.core(timer.body);
    assert.equal(eventOf(over, "moderation.unbanned")?.byId, null);
    assert.deepEqual(timers(house.state), []);
  });

  it("stays below the bytes of a commit at its largest", () => {
    const { house, mona } = scene();
    const userId = house.userId("ada");
    const { channelId } = house.place("general");
    const cause = { commandId: "import.1" as never, actor: "operator" } as const;
    for (let n = 0; n < sessionsMax * 2; n += 1) {
      const session = {
        sessionId: `${n}`.padStart(32, "x") as SessionId,
        userId,
        gatewayId: "g".repeat(64) as GatewayId,
        protocol: "sockchat",
        place: channelId,
      } as const;
      const addressTag = `${n}`.padStart(64, "t") as AddressTag;
      house.take({ cause, events: [{ type: "session.opened", session, addressTag }] });
    }
    const ban = house.as(mona, {
      type: "moderation.ban",
      target: "ada",
      addresses: true,
      reason: "\u0001".repeat(500),
      said: { place: { channelId }, command: "c".repeat(64), text: "\u0001".repeat(2_000) },
    });
    assert.ok(ban.ok);
    const commit = house.journal.at(-1)?.commit;
    assert.ok(encode(commit).length < commitBytesMax, `${encode(commit).length}`);
  });
});

describe("moderation.unban", () => {
  it("lifts a ban and a running kick, and nothing else", () => {
    const { house, mona, ada } = scene();
    const unban = (by: SessionId, target: string) =>
      outcome(house.as(by, { type: "moderation.unban", target }));
    house.as(mona, { type: "moderation.ban", target: "ada", addresses: true });
    assert.deepEqual(unban(mona, "ada"), ["moderation.unbanned"]);
    for (const given of ["ada", "nobody"]) {
      assert.deepEqual(unban(mona, given), { code: "not_found", what: "ban", given });
    }
    const back = house.enter("ada", "sockchat");
    assert.deepEqual(unban(ada, "mona"), { code: "not_authenticated" });
    assert.deepEqual(unban(back, "mona"), lacks("unban"));
    house.as(mona, { type: "moderation.kick", target: "ada", seconds: 60 });
    assert.deepEqual(unban(mona, "ada"), ["moderation.unbanned"]);
    assert.ok(house.open("ada", "sockchat").decision.ok);
  });
});
