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
        place: { channelId },
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

describe("moderation.silence", () => {
  const silence = (house: House, by: SessionId, target: string, more: object = {}) =>
    house.as(by, { type: "moderation.silence", target, replace: false, ...more });

  it("tests the right, the target, oneself, the rank, then whether one is silenced", () => {
    const { house, mona, ada } = scene();
    assert.deepEqual(outcome(silence(house, ada, "nobody")), lacks("silence"));
    assert.deepEqual(outcome(silence(house, mona, "nobody")), {
      code: "not_found",
      what: "user",
      given: "nobody",
    });
    assert.deepEqual(outcome(silence(house, mona, "mona")), { code: "self_target", given: "mona" });
    assert.deepEqual(outcome(silence(house, mona, "max")), { code: "rank_too_low", given: "max" });
    assert.deepEqual(outcome(silence(house, mona, "ada")), ["moderation.silenced"]);
    assert.deepEqual(outcome(silence(house, mona, "ada")), {
      code: "already_exists",
      what: "silence",
      given: "ada",
    });
  });

  it("bars what speaks, on both protocols, and nothing else", () => {
    const { house, mona, ada } = scene();
    const before = house.posted(ada, "before");
    const onSockchat = house.enter("ada", "sockchat");
    silence(house, mona, "ada", { seconds: 5 });
    const refusal = { code: "silenced", untilMs: house.nowMs + 5_000 };
    for (const session of [ada, onSockchat]) {
      assert.deepEqual(outcome(house.post(session, "hello?")), refusal);
    }
    const content = { text: "x", markup: "markdown" } as const;
    const place = house.place("general");
    const { messageId } = before;
    assert.deepEqual(
      outcome(house.as(ada, { type: "message.edit", message: messageId, content })),
      refusal,
    );
    assert.deepEqual(
      outcome(house.as(ada, { type: "message.whisper", target: "mona", content })),
      refusal,
    );
    assert.deepEqual(outcome(house.as(ada, { type: "typing.start", place })), refusal);
    assert.deepEqual(outcome(house.as(ada, { type: "message.delete", message: messageId })), [
      "message.deleted",
    ]);
    assert.equal(house.post(mona, "others go on").ok, true);
  });

  it("tells its end and its length, ends by itself at its time, and arms one timer", () => {
    const { house, mona, ada } = scene();
    const silenced = eventOf(silence(house, mona, "ada", { seconds: 0.5 }), "moderation.silenced");
    assert.deepEqual([silenced?.untilMs, silenced?.lengthMs], [house.nowMs + 500, 500]);
    const [timer] = timers(house.state);
    assert.equal(timer?.dueMs, house.nowMs + 500);
    assert.deepEqual(
      outcome(house.core({ type: "moderation.lapse", userId: house.userId("ada") })),
      [],
    );
    house.nowMs += 500;
    assert.equal(house.post(ada, "in time").ok, true, "also before the timer's command");
    const lapse = house.core({ type: "moderation.lapse", userId: house.userId("ada") });
    assert.equal(eventOf(lapse, "moderation.unsilenced")?.byId, null);
    assert.deepEqual(timers(house.state), []);
  });

  it("replaces one that runs, where it is to, and has no end without a time", () => {
    const { house, mona } = scene();
    silence(house, mona, "ada", { seconds: 5 });
    const forever = silence(house, mona, "ada", { replace: true });
    assert.equal(eventOf(forever, "moderation.silenced")?.untilMs, null);
    assert.deepEqual(timers(house.state), []);
    const user = snapshotOf(house.state)?.users.find(({ name }) => name === "ada");
    assert.equal(user?.silencedUntilMs, null);
  });

  it("bars nobody who was silenced from lifting others' silences, but not one's own", () => {
    const { house, mona } = scene();
    const olga = house.enter("olga", "sockchat");
    silence(house, olga, "mona");
    silence(house, mona, "ada");
    const unsilence = (target: string) => house.as(mona, { type: "moderation.unsilence", target });
    assert.deepEqual(outcome(unsilence("ada")), ["moderation.unsilenced"]);
    assert.deepEqual(outcome(unsilence("ada")), {
      code: "not_found",
      what: "silence",
      given: "ada",
    });
    assert.deepEqual(outcome(unsilence("mona")), { code: "self_target", given: "mona" });
  });
});

describe("moderation.clear", () => {
  it("makes the budget whole and lifts a silence", () => {
    const house = new House({ limits: { burstLimit: 1 } });
    house.person("olga", "owner");
    house.person("ada");
    const [olga, ada] = [house.enter("olga", "sockchat"), house.enter("ada", "originchats")];
    house.posted(ada, "one");
    assert.equal(house.post(ada, "two").ok, false);
    house.as(olga, { type: "moderation.silence", target: "ada", replace: false });
    assert.deepEqual(
      outcome(house.as(ada, { type: "moderation.clear", target: "ada" })),
      lacks("manageServer"),
    );
    house.cooldowns.clear();
    assert.deepEqual(outcome(house.as(olga, { type: "moderation.clear", target: "ada" })), [
      "moderation.cleared",
      "moderation.unsilenced",
    ]);
    assert.equal(house.post(ada, "again").ok, true);
  });
});

describe("moderation.unban by address", () => {
  it("lifts every ban that bars the address, as a whole", () => {
    const { house, mona } = scene();
    house.person("ben");
    house.enter("ben", "sockchat");
    for (const target of ["ada", "ben"]) {
      house.as(mona, { type: "moderation.ban", target, addresses: true });
    }
    const unban = (target: string) =>
      house.as(mona, { type: "moderation.unban", target, by: "address" });
    assert.deepEqual(outcome(unban("at-nobody")), {
      code: "not_found",
      what: "ban",
      given: "at-nobody",
    });
    const lifted = unban("at-ada");
    assert.equal(eventOf(lifted, "moderation.unbanned")?.userId, house.userId("ada"));
    assert.deepEqual(outcome(lifted), ["moderation.unbanned"]);
    assert.equal(bansAt(house.state, house.nowMs).length, 1);
  });
});

describe("message.announce", () => {
  it("is a line by the system in the default channel, charged to whoever gave it", () => {
    const house = new House({ limits: { burstLimit: 1 } });
    house.person("olga", "owner");
    house.person("ada");
    const [olga, ada] = [house.enter("olga", "sockchat"), house.enter("ada", "sockchat")];
    const announce = (by: SessionId, text: string) =>
      house.as(by, { type: "message.announce", content: { text, markup: "bbcode" } });
    assert.deepEqual(outcome(announce(ada, "hear ye")), lacks("announce"));
    const announced = eventOf(announce(olga, " hear ye "), "message.announced")?.message;
    assert.deepEqual(
      [announced?.place, announced?.author, announced?.content.text],
      [house.place("general"), { kind: "system", name: "originChats" }, "hear ye"],
    );
    const again = announce(olga, "once more");
    assert.equal(again.ok ? "" : again.rejection.code, "rate_limited");
    const empty = announce(ada, "  ");
    assert.equal(empty.ok ? "" : empty.rejection.code, "invalid");
  });
});
