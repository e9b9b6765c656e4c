import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  AddressTag,
  CommandId,
  CredentialId,
  GatewayId,
  SessionId,
} from "@dragoman/bus-schema";
import { Community, eventOf, gateway, outcome, traitsOf } from "@dragoman/testing/community";
import { sessionsOf, timers } from "../../state/find.ts";
import { violations } from "../../state/violations.ts";
import { closedAtOnceMax } from "../index.ts";

const credentialId = "00000000-0000-4000-9000-000000000002" as CredentialId;

function peopled(settings = {}): Community {
  const community = new Community(settings);
  community.person("mona", "moderator");
  community.person("ada");
  community.person("ben");
  return community;
}

describe("session.open", () => {
  it("begins presence with the first session over both protocols", () => {
    const community = peopled();
    assert.deepEqual(outcome(community.open("ada", "sockchat").decision), [
      "session.opened",
      "presence.began",
    ]);
    assert.deepEqual(outcome(community.open("ada", "originchats").decision), ["session.opened"]);
  });

  it("stands a Sock Chat session in the default channel, an OriginChats one nowhere", () => {
    const community = peopled();
    const sockchat = eventOf(community.open("ada", "sockchat").decision, "session.opened");
    assert.deepEqual(sockchat?.session.place, community.place("general"));
    const originchats = eventOf(community.open("ada", "originchats").decision, "session.opened");
    assert.equal(originchats?.session.place, undefined);
  });

  it("makes the account of a newcomer, and decides uniqueness again", () => {
    const community = peopled();
    const account = { kind: "new", name: "cleo", credentialId, sealedHash: "" } as const;
    const first = community.open("cleo", "originchats", { account });
    assert.deepEqual(outcome(first.decision), ["user.joined", "session.opened", "presence.began"]);
    const user = eventOf(first.decision, "user.joined")?.user;
    assert.equal(user?.number, 1_000_000_003);
    assert.deepEqual(
      user?.roleIds.map((roleId) => community.state.roles.get(roleId)?.name),
      ["user"],
    );
    assert.deepEqual(outcome(community.open("cleo", "sockchat", { account }).decision), {
      code: "bad_login",
      why: "taken",
    });
    const closed = peopled({ allowRegistration: false });
    assert.deepEqual(outcome(closed.open("cleo", "sockchat", { account }).decision), {
      code: "bad_login",
      why: "registration_disabled",
    });
  });

  it("refuses a ticket that is forged, expired, of another protocol or of a revoked token", () => {
    const community = peopled();
    const userId = community.userId("ada");
    const badToken = { code: "bad_login", why: "bad_token" };
    const refused = [
      { expiresAtMs: community.nowMs },
      { protocol: "originchats" },
      { provider: "token", account: { kind: "user", userId } },
      { provider: "token", account: { kind: "user", userId, epoch: 1 } },
    ] as const;
    for (const ticket of refused) {
      assert.deepEqual(outcome(community.open("ada", "sockchat", ticket).decision), badToken);
    }
    const good = { provider: "token", account: { kind: "user", userId, epoch: 0 } } as const;
    assert.ok(community.open("ada", "sockchat", good).decision.ok);
    assert.deepEqual(
      outcome(
        community.give(
          community.command("x".repeat(32) as SessionId, {
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
    const community = peopled();
    const mona = community.enter("mona", "sockchat");
    community.enter("ada", "sockchat");
    community.as(mona, { type: "moderation.ban", target: "ada", addresses: true, reason: "spam" });
    const banned = { code: "banned", kind: "ban", untilMs: null, reason: "spam" };
    assert.deepEqual(outcome(community.open("ada", "originchats").decision), banned);
    const addressTag = "at-ada" as AddressTag;
    assert.deepEqual(
      outcome(community.open("ben", "originchats", { addressTag }).decision),
      banned,
    );
    community.enter("ben", "originchats");
    community.as(mona, { type: "moderation.kick", target: "ben", seconds: 10 });
    const untilMs = community.nowMs + 10_000;
    assert.deepEqual(outcome(community.open("ben", "sockchat").decision), {
      code: "banned",
      kind: "kick",
      untilMs,
      reason: "",
    });
    community.nowMs = untilMs;
    assert.ok(community.open("ben", "sockchat").decision.ok);
    assert.deepEqual(violations(community.state), []);
  });

  it("lifts a ban that has just run out before its owner comes in", () => {
    const community = peopled();
    community.operator({ type: "moderation.ban", target: "ada", seconds: 1, addresses: false });
    community.nowMs += 1_000;
    assert.deepEqual(outcome(community.open("ada", "sockchat").decision), [
      "moderation.unbanned",
      "session.opened",
      "presence.began",
    ]);
  });

  it("counts live sessions against both caps", () => {
    const community = peopled({ limits: { sessionsPerPerson: 3 } });
    const two = { traits: { ...traitsOf("sockchat"), sessionsMax: 2 } };
    community.open("ada", "sockchat", two);
    const second = community.open("ada", "sockchat", two).sessionId;
    const full = { code: "limit_reached", what: "sessions", max: 2 };
    assert.deepEqual(outcome(community.open("ada", "sockchat", two).decision), full);
    community.enter("ada", "originchats");
    assert.deepEqual(outcome(community.open("ada", "originchats").decision), { ...full, max: 3 });
    community.as(second, { type: "session.close", why: "lost" });
    assert.ok(community.open("ada", "originchats").decision.ok);
  });

  it("ends the person's dropped sessions of the same protocol, without a leave", () => {
    const community = peopled();
    const lost = community.enter("ada", "sockchat");
    community.as(lost, { type: "session.close", why: "lost" });
    const { decision } = community.open("ada", "sockchat");
    assert.deepEqual(outcome(decision), ["session.opened", "session.closed"]);
    assert.equal(eventOf(decision, "session.closed")?.why, "resumed");
    assert.equal(sessionsOf(community.state, community.userId("ada")).length, 1);
  });

  it("lets nobody in who sees no channel on Sock Chat", () => {
    const community = peopled();
    for (const channel of [...community.state.channels.values()]) {
      community.state.channels.set(channel.channelId, {
        ...channel,
        permissions: { view: ["owner"] },
      });
    }
    assert.deepEqual(outcome(community.open("ada", "sockchat").decision), {
      code: "not_permitted",
      need: "view",
      hidden: false,
    });
    assert.ok(community.open("ada", "originchats").decision.ok);
  });
});

describe("a command's session", () => {
  it("must be known, live, and of the gateway that gives the command", () => {
    const community = peopled();
    const ada = community.enter("ada", "sockchat");
    const nobody = { code: "not_authenticated" };
    const good = community.command(ada, { type: "user.revoke" });
    const otherGateway = { ...good, gatewayId: gateway("originchats") };
    assert.deepEqual(outcome(community.give(otherGateway)), nobody);
    const otherId = { ...good, id: `${"z".repeat(32)}.9` as typeof good.id };
    assert.deepEqual(outcome(community.give(otherId)), nobody);
    const unknown = community.command("u".repeat(32) as SessionId, { type: "user.revoke" });
    assert.deepEqual(outcome(community.give(unknown)), nobody);
    community.as(ada, { type: "session.close", why: "lost" });
    assert.deepEqual(outcome(community.give(good)), nobody);
  });

  it("is opened by its gateway's own protocol alone", () => {
    const community = peopled();
    const foreign = community.open("ada", "originchats", {}, gateway("sockchat"));
    assert.deepEqual(outcome(foreign.decision), { code: "bad_login", why: "bad_token" });
  });

  it("is not one that is or was in use", () => {
    const community = peopled();
    const ada = community.enter("ada", "sockchat");
    const again = { type: "session.open", ticket: "t", protocol: "sockchat" } as const;
    assert.deepEqual(outcome(community.as(ada, again)), { code: "not_authenticated" });
    community.as(ada, { type: "session.close", why: "leave" });
    assert.deepEqual(outcome(community.as(ada, again)), { code: "not_authenticated" });
  });
});

describe("session.move", () => {
  function moving(channel: string, name = "ada"): { community: Community; answer: unknown } {
    const community = peopled();
    const permissions = { view: ["user"], send: ["user"] };
    community.operator({ type: "channel.create", kind: "text", name: "Side Room", permissions });
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "high",
      permissions,
      minRank: 5,
    });
    const staff = { view: ["moderator"], send: ["moderator"] };
    community.operator({ type: "channel.create", kind: "text", name: "staff", permissions: staff });
    const sessionId = community.enter(name, "sockchat");
    return {
      community,
      answer: outcome(community.as(sessionId, { type: "session.move", channel })),
    };
  }

  it("goes by name, slug or id, whatever the case", () => {
    for (const channel of ["side room", "SIDE_ROOM"]) {
      assert.deepEqual(moving(channel).answer, ["unread.marked", "session.moved"]);
    }
  });

  it("tells an unknown channel and a hidden one alike", () => {
    for (const given of ["nowhere", "staff", "high"]) {
      assert.deepEqual(moving(given).answer, { code: "not_found", what: "channel", given });
    }
    assert.deepEqual(moving("staff", "mona").answer, ["unread.marked", "session.moved"]);
  });

  it("refuses the channel where the session stands", () => {
    const here = { code: "already_exists", what: "channel", given: "General" };
    assert.deepEqual(moving("General").answer, here);
  });

  it("refuses a channel with a password, saying whether one was given", () => {
    const community = peopled();
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "den",
      permissions: { view: ["user"] },
    });
    community.operator({ type: "channel.update", channel: "den", password: "secret" });
    const ada = community.enter("ada", "sockchat");
    const without = community.as(ada, { type: "session.move", channel: "den" });
    assert.deepEqual(outcome(without), { code: "wrong_password", given: false });
    const wrong = community.as(ada, { type: "session.move", channel: "den", password: "x" });
    assert.deepEqual(outcome(wrong), { code: "wrong_password", given: true });
    const den = community.place("den").channelId;
    const guess = { userId: community.userId("ada"), channelId: den };
    assert.deepEqual(!wrong.ok && wrong.guess, guess, "it is counted");
    community.guessWaitMs = ({ userId }) => (userId === guess.userId ? 3_000 : 0);
    const right = { type: "session.move", channel: "den", password: "secret" } as const;
    const limited = { code: "rate_limited", why: "passwords", waitMs: 3_000 };
    assert.deepEqual(outcome(community.as(ada, right)), limited);
    assert.ok(community.as(community.enter("ben", "sockchat"), right).ok, "another's is not");
  });

  it("never finds a whisper channel", () => {
    const community = peopled();
    const ada = community.enter("ada", "sockchat");
    const content = { text: "psst", markup: "bbcode" } as const;
    const told = community.as(ada, { type: "message.whisper", target: "ben", content });
    const channel = eventOf(told, "channel.created")?.channel;
    assert.ok(channel);
    for (const given of [channel.name, channel.channelId]) {
      assert.deepEqual(outcome(community.as(ada, { type: "session.move", channel: given })), {
        code: "not_found",
        what: "channel",
        given,
      });
    }
  });
});

describe("the end of a session", () => {
  it("ends presence with the person's last one", () => {
    const community = peopled();
    const one = community.enter("ada", "sockchat");
    const two = community.enter("ada", "originchats");
    assert.deepEqual(outcome(community.as(one, { type: "session.close", why: "leave" })), [
      "session.closed",
    ]);
    const last = community.as(two, { type: "session.close", why: "timeout" });
    assert.deepEqual(outcome(last), ["session.closed", "presence.ended"]);
    assert.equal(eventOf(last, "presence.ended")?.why, "timeout");
  });

  it("is hidden by the grace time when the connection is lost", () => {
    const community = peopled();
    const ada = community.enter("ada", "sockchat");
    const lost = community.as(ada, { type: "session.close", why: "lost" });
    assert.deepEqual(outcome(lost), ["session.dropped"]);
    const untilMs = community.nowMs + 5_000;
    const body = { type: "session.expire", sessionId: ada } as const;
    assert.deepEqual(timers(community.state), [{ dueMs: untilMs, key: `grace.${ada}`, body }]);
    assert.deepEqual(outcome(community.core(body)), []);
    community.nowMs = untilMs;
    const over = community.core(body);
    assert.deepEqual(outcome(over), ["session.closed", "presence.ended"]);
    assert.equal(eventOf(over, "session.closed")?.why, "leave");
    assert.deepEqual(timers(community.state), []);
    assert.deepEqual(outcome(community.core(body)), []);
  });

  it("waits for the grace time anew once there is a leader again, for nobody could come back before", () => {
    const community = peopled();
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "random",
      permissions: { view: ["user"], send: ["user"] },
    });
    const ada = community.enter("ada", "sockchat");
    const ben = community.enter("ben", "sockchat");
    community.as(ada, { type: "session.move", channel: "random" });
    community.as(ada, { type: "session.close", why: "lost" });
    community.nowMs += 600_000;
    const cause = { commandId: "core.1" as CommandId, actor: "leader" } as const;
    community.take({ cause, events: [{ type: "leader.started", coreId: "core-2" }] });
    const body = { type: "session.expire", sessionId: ada } as const;
    const dueMs = community.nowMs + 5_000;
    assert.deepEqual(timers(community.state), [{ dueMs, key: `grace.${ada}`, body }]);
    assert.deepEqual(outcome(community.core(body)), []);
    assert.deepEqual([...violations(community.state)], []);
    assert.equal(community.state.sessions.get(ben)?.droppedUntilMs, null);
    const back = eventOf(community.open("ada", "sockchat").decision, "session.opened");
    assert.deepEqual(back?.session.place, community.place("random"));
  });

  it("comes at once where there is no grace time", () => {
    const community = peopled({ graceMs: 0 });
    const ada = community.enter("ada", "sockchat");
    const lost = community.as(ada, { type: "session.close", why: "lost" });
    assert.equal(eventOf(lost, "session.closed")?.why, "leave");
  });

  it("comes to all of a person's sessions, and for 30 s, with a flood on Sock Chat", () => {
    const community = peopled();
    const ada = community.enter("ada", "sockchat");
    community.enter("ada", "originchats");
    const flood = community.as(ada, { type: "session.flood" });
    assert.deepEqual(outcome(flood), [
      "moderation.kicked",
      "session.closed",
      "session.closed",
      "presence.ended",
    ]);
    assert.equal(eventOf(flood, "moderation.kicked")?.untilMs, community.nowMs + 30_000);
    assert.equal(eventOf(flood, "presence.ended")?.why, "flood");
  });

  it("comes to that one session with a flood on OriginChats", () => {
    const community = peopled();
    const ada = community.enter("ada", "originchats");
    community.enter("ada", "sockchat");
    assert.deepEqual(outcome(community.as(ada, { type: "session.flood" })), ["session.closed"]);
  });

  it("comes to a lost gateway's sessions, so many at a time", () => {
    const community = peopled({ limits: { sessionsPerPerson: 500 } });
    for (let n = 0; n < 45; n += 1) {
      for (const name of ["ada", "ben", "mona"]) community.enter(name, "originchats");
    }
    const body = { type: "gateway.lost", gatewayId: gateway("originchats") } as const;
    const first = community.core(body);
    assert.equal(first.ok && first.events.length, closedAtOnceMax);
    const second = community.core(body);
    assert.equal(second.ok && second.events.length, 135 - closedAtOnceMax + 3);
    assert.deepEqual(outcome(community.core(body)), []);
    const unknown = { type: "gateway.lost", gatewayId: "other" as GatewayId } as const;
    assert.deepEqual(outcome(community.core(unknown)), []);
  });
});
