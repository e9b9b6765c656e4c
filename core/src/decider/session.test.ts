import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AddressTag, CredentialId, GatewayId, SessionId } from "@dragoman/bus-schema";
import { sessionsOf, timers } from "../state/find.ts";
import { violations } from "../state/violations.ts";
import { eventOf, gateway, House, outcome } from "./given.ts";
import { closedAtOnceMax } from "./index.ts";

const credentialId = "00000000-0000-4000-9000-000000000002" as CredentialId;

function peopled(settings = {}): House {
  const house = new House(settings);
  house.person("mona", "moderator");
  house.person("ada");
  house.person("ben");
  return house;
}

describe("session.open", () => {
  it("begins presence with the first session over both protocols", () => {
    const house = peopled();
    assert.deepEqual(outcome(house.open("ada", "sockchat").decision), [
      "session.opened",
      "presence.began",
    ]);
    assert.deepEqual(outcome(house.open("ada", "originchats").decision), ["session.opened"]);
  });

  it("stands a Sock Chat session in the default channel, an OriginChats one nowhere", () => {
    const house = peopled();
    const sockchat = eventOf(house.open("ada", "sockchat").decision, "session.opened");
    assert.deepEqual(sockchat?.session.place, house.place("general"));
    const originchats = eventOf(house.open("ada", "originchats").decision, "session.opened");
    assert.equal(originchats?.session.place, undefined);
  });

  it("makes the account of a newcomer, and decides uniqueness again", () => {
    const house = peopled();
    const account = { kind: "new", name: "cleo", credentialId } as const;
    const first = house.open("cleo", "originchats", { account });
    assert.deepEqual(outcome(first.decision), ["user.joined", "session.opened", "presence.began"]);
    const user = eventOf(first.decision, "user.joined")?.user;
    assert.equal(user?.number, 1_000_000_003);
    assert.deepEqual(
      user?.roleIds.map((roleId) => house.state.roles.get(roleId)?.name),
      ["user"],
    );
    assert.deepEqual(outcome(house.open("cleo", "sockchat", { account }).decision), {
      code: "bad_login",
      why: "taken",
    });
    const closedHouse = peopled({ allowRegistration: false });
    assert.deepEqual(outcome(closedHouse.open("cleo", "sockchat", { account }).decision), {
      code: "bad_login",
      why: "registration_disabled",
    });
  });

  it("refuses a ticket that is forged, expired, of another protocol or of a revoked token", () => {
    const house = peopled();
    const userId = house.userId("ada");
    const badToken = { code: "bad_login", why: "bad_token" };
    const refused = [
      { expiresAtMs: house.nowMs },
      { protocol: "originchats" },
      { provider: "token", account: { kind: "user", userId } },
      { provider: "token", account: { kind: "user", userId, epoch: 1 } },
    ] as const;
    for (const ticket of refused) {
      assert.deepEqual(outcome(house.open("ada", "sockchat", ticket).decision), badToken);
    }
    const good = { provider: "token", account: { kind: "user", userId, epoch: 0 } } as const;
    assert.ok(house.open("ada", "sockchat", good).decision.ok);
    assert.deepEqual(
      outcome(
        house.give(
          house.command("x".repeat(32) as SessionId, {
            type: "session.open",
            ticket: "forged",
            protocol: "sockchat",
          }),
          null,
        ),
      ),
      badToken,
    );
  });

  it("refuses whoever is banned or put out for a time, and everybody from a banned address", () => {
    const house = peopled();
    const mona = house.enter("mona", "sockchat");
    house.enter("ada", "sockchat");
    house.as(mona, { type: "moderation.ban", target: "ada", addresses: true, reason: "spam" });
    const banned = { code: "banned", kind: "ban", untilMs: null, reason: "spam" };
    assert.deepEqual(outcome(house.open("ada", "originchats").decision), banned);
    const addressTag = "at-ada" as AddressTag;
    assert.deepEqual(outcome(house.open("ben", "originchats", { addressTag }).decision), banned);
    house.enter("ben", "originchats");
    house.as(mona, { type: "moderation.kick", target: "ben", seconds: 10 });
    const untilMs = house.nowMs + 10_000;
    assert.deepEqual(outcome(house.open("ben", "sockchat").decision), {
      code: "banned",
      kind: "kick",
      untilMs,
      reason: "",
    });
    house.nowMs = untilMs;
    assert.ok(house.open("ben", "sockchat").decision.ok);
    assert.deepEqual(violations(house.state), []);
  });

  it("lifts a ban that has just run out before its owner comes in", () => {
    const house = peopled();
    house.operator({ type: "moderation.ban", target: "ada", seconds: 1, addresses: false });
    house.nowMs += 1_000;
    assert.deepEqual(outcome(house.open("ada", "sockchat").decision), [
      "moderation.unbanned",
      "session.opened",
      "presence.began",
    ]);
  });

  it("counts live sessions against both caps", () => {
    const house = peopled({ limits: { sessionsPerPerson: 3, sockchatSessionsPerPerson: 2 } });
    house.enter("ada", "sockchat");
    const second = house.enter("ada", "sockchat");
    const full = { code: "limit_reached", what: "sessions", max: 2 };
    assert.deepEqual(outcome(house.open("ada", "sockchat").decision), full);
    house.enter("ada", "originchats");
    assert.deepEqual(outcome(house.open("ada", "originchats").decision), { ...full, max: 3 });
    house.as(second, { type: "session.close", why: "lost" });
    assert.ok(house.open("ada", "originchats").decision.ok);
  });

  it("ends the person's dropped sessions of the same protocol, without a leave", () => {
    const house = peopled();
    const lost = house.enter("ada", "sockchat");
    house.as(lost, { type: "session.close", why: "lost" });
    const { decision } = house.open("ada", "sockchat");
    assert.deepEqual(outcome(decision), ["session.opened", "session.closed"]);
    assert.equal(eventOf(decision, "session.closed")?.why, "resumed");
    assert.equal(sessionsOf(house.state, house.userId("ada")).length, 1);
  });

  it("lets nobody in who sees no channel on Sock Chat", () => {
    const house = peopled();
    for (const channel of [...house.state.channels.values()]) {
      house.state.channels.set(channel.channelId, { ...channel, permissions: { view: ["owner"] } });
    }
    assert.deepEqual(outcome(house.open("ada", "sockchat").decision), {
      code: "not_permitted",
      need: "view",
      hidden: false,
    });
    assert.ok(house.open("ada", "originchats").decision.ok);
  });
});

describe("a command's session", () => {
  it("must be known, live, and of the gateway that gives the command", () => {
    const house = peopled();
    const ada = house.enter("ada", "sockchat");
    const nobody = { code: "not_authenticated" };
    const good = house.command(ada, { type: "user.revoke" });
    const otherGateway = { ...good, gatewayId: gateway("originchats") };
    assert.deepEqual(outcome(house.give(otherGateway)), nobody);
    const otherId = { ...good, id: `${"z".repeat(32)}.9` as typeof good.id };
    assert.deepEqual(outcome(house.give(otherId)), nobody);
    const unknown = house.command("u".repeat(32) as SessionId, { type: "user.revoke" });
    assert.deepEqual(outcome(house.give(unknown)), nobody);
    house.as(ada, { type: "session.close", why: "lost" });
    assert.deepEqual(outcome(house.give(good)), nobody);
  });

  it("is not one that is or was in use", () => {
    const house = peopled();
    const ada = house.enter("ada", "sockchat");
    const again = { type: "session.open", ticket: "t", protocol: "sockchat" } as const;
    assert.deepEqual(outcome(house.as(ada, again)), { code: "not_authenticated" });
    house.as(ada, { type: "session.close", why: "leave" });
    assert.deepEqual(outcome(house.as(ada, again)), { code: "not_authenticated" });
  });
});

describe("session.move", () => {
  function moving(channel: string, name = "ada"): { house: House; answer: unknown } {
    const house = peopled();
    const permissions = { view: ["user"], send: ["user"] };
    house.operator({ type: "channel.create", kind: "text", name: "Side Room", permissions });
    house.operator({ type: "channel.create", kind: "text", name: "high", permissions, minRank: 5 });
    const staff = { view: ["moderator"], send: ["moderator"] };
    house.operator({ type: "channel.create", kind: "text", name: "staff", permissions: staff });
    const sessionId = house.enter(name, "sockchat");
    return { house, answer: outcome(house.as(sessionId, { type: "session.move", channel })) };
  }

  it("goes by name, slug or id, whatever the case", () => {
    for (const channel of ["side room", "SIDE_ROOM"]) {
      assert.deepEqual(moving(channel).answer, ["unread.marked", "session.moved"]);
    }
  });

  it("tells an unknown channel and a hidden one alike", () => {
    for (const given of ["nowhere", "staff"]) {
      assert.deepEqual(moving(given).answer, { code: "not_found", what: "channel", given });
    }
    assert.deepEqual(moving("staff", "mona").answer, ["unread.marked", "session.moved"]);
  });

  it("refuses a low rank, and the channel where the session stands", () => {
    const rank = { code: "not_permitted", need: "rank", hidden: false };
    assert.deepEqual(moving("high").answer, rank);
    const here = { code: "already_exists", what: "channel", given: "General" };
    assert.deepEqual(moving("General").answer, here);
  });

  it("refuses a channel with a password, saying whether one was given", () => {
    const house = peopled();
    house.operator({
      type: "channel.create",
      kind: "text",
      name: "den",
      permissions: { view: ["user"] },
    });
    house.operator({ type: "channel.update", channel: "den", password: "secret" });
    const ada = house.enter("ada", "sockchat");
    const without = house.as(ada, { type: "session.move", channel: "den" });
    assert.deepEqual(outcome(without), { code: "wrong_password", given: false });
    const wrong = house.as(ada, { type: "session.move", channel: "den", password: "x" });
    assert.deepEqual(outcome(wrong), { code: "wrong_password", given: true });
  });

  it("never finds a whisper channel", () => {
    const house = peopled();
    const ada = house.enter("ada", "sockchat");
    const content = { text: "psst", markup: "bbcode" } as const;
    const told = house.as(ada, { type: "message.whisper", target: "ben", content });
    const channel = eventOf(told, "channel.created")?.channel;
    assert.ok(channel);
    for (const given of [channel.name, channel.channelId]) {
      assert.deepEqual(outcome(house.as(ada, { type: "session.move", channel: given })), {
        code: "not_found",
        what: "channel",
        given,
      });
    }
  });
});

describe("the end of a session", () => {
  it("ends presence with the person's last one", () => {
    const house = peopled();
    const one = house.enter("ada", "sockchat");
    const two = house.enter("ada", "originchats");
    assert.deepEqual(outcome(house.as(one, { type: "session.close", why: "leave" })), [
      "session.closed",
    ]);
    const last = house.as(two, { type: "session.close", why: "timeout" });
    assert.deepEqual(outcome(last), ["session.closed", "presence.ended"]);
    assert.equal(eventOf(last, "presence.ended")?.why, "timeout");
  });

  it("is hidden by the grace time when the connection is lost", () => {
    const house = peopled();
    const ada = house.enter("ada", "sockchat");
    const lost = house.as(ada, { type: "session.close", why: "lost" });
    assert.deepEqual(outcome(lost), ["session.dropped"]);
    const untilMs = house.nowMs + 5_000;
    const body = { type: "session.expire", sessionId: ada } as const;
    assert.deepEqual(timers(house.state), [{ dueMs: untilMs, key: `grace.${ada}`, body }]);
    assert.deepEqual(outcome(house.core(body)), []);
    house.nowMs = untilMs;
    const over = house.core(body);
    assert.deepEqual(outcome(over), ["session.closed", "presence.ended"]);
    assert.equal(eventOf(over, "session.closed")?.why, "leave");
    assert.deepEqual(timers(house.state), []);
    assert.deepEqual(outcome(house.core(body)), []);
  });

  it("comes at once where there is no grace time", () => {
    const house = peopled({ graceMs: 0 });
    const ada = house.enter("ada", "sockchat");
    const lost = house.as(ada, { type: "session.close", why: "lost" });
    assert.equal(eventOf(lost, "session.closed")?.why, "leave");
  });

  it("comes to all of a person's sessions, and for 30 s, with a flood on Sock Chat", () => {
    const house = peopled();
    const ada = house.enter("ada", "sockchat");
    house.enter("ada", "originchats");
    const flood = house.as(ada, { type: "session.flood" });
    assert.deepEqual(outcome(flood), [
      "moderation.kicked",
      "session.closed",
      "session.closed",
      "presence.ended",
    ]);
    assert.equal(eventOf(flood, "moderation.kicked")?.untilMs, house.nowMs + 30_000);
    assert.equal(eventOf(flood, "presence.ended")?.why, "flood");
  });

  it("comes to that one session with a flood on OriginChats", () => {
    const house = peopled();
    const ada = house.enter("ada", "originchats");
    house.enter("ada", "sockchat");
    assert.deepEqual(outcome(house.as(ada, { type: "session.flood" })), ["session.closed"]);
  });

  it("comes to a lost gateway's sessions, so many at a time", () => {
    const house = peopled({ limits: { sessionsPerPerson: 500 } });
    for (let n = 0; n < 45; n += 1) {
      for (const name of ["ada", "ben", "mona"]) house.enter(name, "originchats");
    }
    const body = { type: "gateway.lost", gatewayId: gateway("originchats") } as const;
    const first = house.core(body);
    assert.equal(first.ok && first.events.length, closedAtOnceMax);
    const second = house.core(body);
    assert.equal(second.ok && second.events.length, 135 - closedAtOnceMax + 3);
    assert.deepEqual(outcome(house.core(body)), []);
    const unknown = { type: "gateway.lost", gatewayId: "other" as GatewayId } as const;
    assert.deepEqual(outcome(house.core(unknown)), []);
  });
});
