import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AddressTag,
  commitBytesMax,
  encode,
  type GatewayId,
  type SessionId,
} from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { bansAt, timers } from "../state/find.ts";
import { sessionsMax } from "../state/shape.ts";
import { peopleFrom } from "../state/snapshot.ts";

interface Setting {
  readonly community: Community;
  readonly mona: SessionId;
  readonly ada: SessionId;
}

function setUp(): Setting {
  const community = new Community();
  community.person("olga", "owner");
  community.person("mona", "moderator");
  community.person("max", "moderator");
  community.person("ada");
  return {
    community,
    mona: community.enter("mona", "sockchat"),
    ada: community.enter("ada", "originchats"),
  };
}

const lacks = (need: string) => ({ code: "not_permitted", need, hidden: false });

describe("moderation.kick", () => {
  it("closes every session on both protocols, then ends presence", () => {
    const { community, mona } = setUp();
    community.enter("ada", "sockchat");
    const kick = community.as(mona, { type: "moderation.kick", target: "ada", reason: " loud " });
    assert.deepEqual(outcome(kick), [
      "moderation.kicked",
      "session.closed",
      "session.closed",
      "presence.ended",
    ]);
    const kicked = eventOf(kick, "moderation.kicked");
    assert.deepEqual([kicked?.untilMs, kicked?.reason], [null, "loud"]);
    assert.ok(community.open("ada", "sockchat").decision.ok);
  });

  it("tests the right, the target, oneself and the rank, in this order", () => {
    const { community, mona, ada } = setUp();
    community.enter("max", "sockchat");
    const kick = (by: SessionId, target: string) =>
      outcome(community.as(by, { type: "moderation.kick", target }));
    assert.deepEqual(kick(ada, "nobody"), lacks("kick"));
    for (const given of ["nobody", "olga"]) {
      assert.deepEqual(kick(mona, given), { code: "not_found", what: "user", given });
    }
    assert.deepEqual(kick(mona, "mona"), { code: "self_target", given: "mona" });
    assert.deepEqual(kick(mona, "max"), { code: "rank_too_low", given: "max" });
  });

  it("with a time expires by itself, without an event", () => {
    const { community, mona } = setUp();
    community.as(mona, { type: "moderation.kick", target: "ada", seconds: 0.5 });
    assert.deepEqual(timers(community.state), []);
    assert.equal(bansAt(community.state, community.nowMs).length, 1);
    community.nowMs += 500;
    assert.equal(bansAt(community.state, community.nowMs).length, 0);
    community.posted(mona, "time goes on");
    assert.equal(community.state.bans.size, 0);
  });

  it("says so in the place of the slash command, last", () => {
    const { community, mona } = setUp();
    const place = community.place("general");
    const said = { place, command: "kick", text: "ada is out" };
    const kick = community.as(mona, { type: "moderation.kick", target: "ada", said });
    const types = outcome(kick) as string[];
    assert.equal(types.at(-1), "message.posted");
    const message = eventOf(kick, "message.posted")?.message;
    assert.deepEqual(message?.author, { kind: "system" });
    assert.deepEqual(message?.interaction, { command: "kick", userId: community.userId("mona") });
    assert.equal(community.state.spends.size, 0);
  });

  it("is refused as a whole where its answer would go to a hidden place", () => {
    const { community, mona } = setUp();
    const permissions = { view: ["owner"] };
    community.operator({ type: "channel.create", kind: "text", name: "den", permissions });
    const said = { place: community.place("den"), command: "kick", text: "x" };
    const kick = community.as(mona, { type: "moderation.kick", target: "ada", said });
    assert.equal(!kick.ok && kick.rejection.code, "not_found");
  });
});

describe("moderation.ban", () => {
  it("raises the person's token epoch and closes every session", () => {
    const { community, mona } = setUp();
    const ban = community.as(mona, { type: "moderation.ban", target: "ada", addresses: true });
    assert.deepEqual(outcome(ban), [
      "moderation.banned",
      "user.revoked",
      "session.closed",
      "presence.ended",
    ]);
    assert.deepEqual(eventOf(ban, "moderation.banned")?.addressTags, ["at-ada"]);
    assert.equal(community.state.people.get(community.userId("ada"))?.epoch, 1);
    const roster = peopleFrom(community.state, 0).find(({ name }) => name === "ada");
    assert.equal(roster?.banned, true);
  });

  it("reaches people who are away, once", () => {
    const { community, mona } = setUp();
    community.person("cleo");
    const ban = () =>
      outcome(community.as(mona, { type: "moderation.ban", target: "cleo", addresses: false }));
    assert.deepEqual(ban(), ["moderation.banned", "user.revoked"]);
    assert.deepEqual(ban(), { code: "already_exists", what: "ban", given: "cleo" });
  });

  it("knows no rank and no right above an operator", () => {
    const { community } = setUp();
    const ban = community.operator({ type: "moderation.ban", target: "olga", addresses: false });
    assert.ok(ban.ok);
    assert.equal(eventOf(ban, "moderation.banned")?.byId, null);
  });

  it("with a time is lifted when it runs out", () => {
    const { community, mona } = setUp();
    community.as(mona, { type: "moderation.ban", target: "ada", seconds: 60, addresses: false });
    const [timer] = timers(community.state);
    assert.ok(timer);
    assert.deepEqual(outcome(community.core(timer.body)), []);
    community.nowMs = timer.dueMs;
    const over = community.core(timer.body);
    assert.equal(eventOf(over, "moderation.unbanned")?.byId, null);
    assert.deepEqual(timers(community.state), []);
  });

  it("stays below the bytes of a commit at its largest", () => {
    const { community, mona } = setUp();
    const userId = community.userId("ada");
    const { channelId } = community.place("general");
    const cause = { commandId: "import.1" as never, actor: "operator" } as const;
    for (let n = 0; n < sessionsMax * 2; n += 1) {
      const session = {
        sessionId: `${n}`.padStart(32, "x") as SessionId,
        userId,
        gatewayId: "g".repeat(64) as GatewayId,
        protocol: "sockchat",
        traits: { stands: "one place", flood: "kick" },
        place: { channelId },
      } as const;
      const addressTag = `${n}`.padStart(64, "t") as AddressTag;
      community.take({ cause, events: [{ type: "session.opened", session, addressTag }] });
    }
    const ban = community.as(mona, {
      type: "moderation.ban",
      target: "ada",
      addresses: true,
      reason: "\u0001".repeat(500),
      said: { place: { channelId }, command: "c".repeat(64), text: "\u0001".repeat(2_000) },
    });
    assert.ok(ban.ok);
    const commit = community.journal.at(-1)?.commit;
    assert.ok(encode(commit).length < commitBytesMax, `${encode(commit).length}`);
  });
});

describe("moderation.unban", () => {
  it("lifts a ban and a running kick, and nothing else", () => {
    const { community, mona, ada } = setUp();
    const unban = (by: SessionId, target: string) =>
      outcome(community.as(by, { type: "moderation.unban", target }));
    community.as(mona, { type: "moderation.ban", target: "ada", addresses: true });
    assert.deepEqual(unban(mona, "ada"), ["moderation.unbanned"]);
    for (const given of ["ada", "nobody"]) {
      assert.deepEqual(unban(mona, given), { code: "not_found", what: "ban", given });
    }
    const back = community.enter("ada", "sockchat");
    assert.deepEqual(unban(ada, "mona"), { code: "not_authenticated" });
    assert.deepEqual(unban(back, "mona"), lacks("unban"));
    community.as(mona, { type: "moderation.kick", target: "ada", seconds: 60 });
    assert.deepEqual(unban(mona, "ada"), ["moderation.unbanned"]);
    assert.ok(community.open("ada", "sockchat").decision.ok);
  });
});

describe("moderation.silence", () => {
  const silence = (community: Community, by: SessionId, target: string, more: object = {}) =>
    community.as(by, { type: "moderation.silence", target, replace: false, ...more });

  it("tests the right, the target, oneself, the rank, then whether one is silenced", () => {
    const { community, mona, ada } = setUp();
    assert.deepEqual(outcome(silence(community, ada, "nobody")), lacks("silence"));
    assert.deepEqual(outcome(silence(community, mona, "nobody")), {
      code: "not_found",
      what: "user",
      given: "nobody",
    });
    assert.deepEqual(outcome(silence(community, mona, "mona")), {
      code: "self_target",
      given: "mona",
    });
    assert.deepEqual(outcome(silence(community, mona, "max")), {
      code: "rank_too_low",
      given: "max",
    });
    assert.deepEqual(outcome(silence(community, mona, "ada")), ["moderation.silenced"]);
    assert.deepEqual(outcome(silence(community, mona, "ada")), {
      code: "already_exists",
      what: "silence",
      given: "ada",
    });
  });

  it("bars what speaks, on both protocols, and nothing else", () => {
    const { community, mona, ada } = setUp();
    const before = community.posted(ada, "before");
    const onSockchat = community.enter("ada", "sockchat");
    silence(community, mona, "ada", { seconds: 5 });
    const refusal = { code: "silenced", untilMs: community.nowMs + 5_000 };
    for (const session of [ada, onSockchat]) {
      assert.deepEqual(outcome(community.post(session, "hello?")), refusal);
    }
    const content = { text: "x", markup: "markdown" } as const;
    const place = community.place("general");
    const { messageId } = before;
    assert.deepEqual(
      outcome(community.as(ada, { type: "message.edit", message: messageId, content })),
      refusal,
    );
    assert.deepEqual(
      outcome(community.as(ada, { type: "message.whisper", target: "mona", content })),
      refusal,
    );
    assert.deepEqual(outcome(community.as(ada, { type: "typing.start", place })), refusal);
    assert.deepEqual(outcome(community.as(ada, { type: "message.delete", message: messageId })), [
      "message.deleted",
    ]);
    assert.equal(community.post(mona, "others go on").ok, true);
  });

  it("bars the words of a status and of commands, but no status itself", () => {
    const { community, mona, ada } = setUp();
    const status = (text: string) =>
      community.as(ada, { type: "status.set", status: "dnd", text } as const);
    status("before");
    silence(community, mona, "ada", { seconds: 5 });
    const refusal = { code: "silenced", untilMs: community.nowMs + 5_000 };
    assert.deepEqual(outcome(status("olga lies")), refusal);
    assert.deepEqual(outcome(status("before")), []);
    assert.deepEqual(outcome(status("")), ["status.changed"]);
    const commands = [{ name: "roll", description: "olga lies", options: [], ephemeral: false }];
    assert.deepEqual(outcome(community.as(ada, { type: "slash.register", commands })), refusal);
  });

  it("bars names that others read, but for those who keep order there", () => {
    const { community, mona, ada } = setUp();
    const olga = community.enter("olga", "originchats");
    const create = (by: typeof ada, name: string) =>
      community.as(by, { type: "channel.create", kind: "text", name, permissions: {} });
    assert.deepEqual(outcome(create(ada, "own")), ["channel.created", "message.posted"]);
    silence(community, mona, "ada", { seconds: 5 });
    community.operator({ type: "moderation.silence", target: "olga", replace: false });
    const refusal = { code: "silenced", untilMs: community.nowMs + 5_000 };
    assert.deepEqual(outcome(create(ada, "olga-lies")), refusal);
    assert.deepEqual(outcome(create(olga, "news")), ["channel.created", "message.posted"]);
    const renamed = { type: "channel.update", channel: "own", name: "olga-lies" } as const;
    assert.deepEqual(outcome(community.as(ada, renamed)), refusal);
  });

  it("tells its end and its length, ends by itself at its time, and arms one timer", () => {
    const { community, mona, ada } = setUp();
    const silenced = eventOf(
      silence(community, mona, "ada", { seconds: 0.5 }),
      "moderation.silenced",
    );
    assert.deepEqual([silenced?.untilMs, silenced?.lengthMs], [community.nowMs + 500, 500]);
    const [timer] = timers(community.state);
    assert.equal(timer?.dueMs, community.nowMs + 500);
    assert.deepEqual(
      outcome(
        community.core({
          type: "moderation.expire",
          what: "silence",
          userId: community.userId("ada"),
        }),
      ),
      [],
    );
    community.nowMs += 500;
    assert.equal(community.post(ada, "in time").ok, true, "also before the timer's command");
    const expired = community.core({
      type: "moderation.expire",
      what: "silence",
      userId: community.userId("ada"),
    });
    assert.equal(eventOf(expired, "moderation.unsilenced")?.byId, null);
    assert.deepEqual(timers(community.state), []);
  });

  it("replaces one that runs, where it is to, and has no end without a time", () => {
    const { community, mona } = setUp();
    silence(community, mona, "ada", { seconds: 5 });
    const forever = silence(community, mona, "ada", { replace: true });
    assert.equal(eventOf(forever, "moderation.silenced")?.untilMs, null);
    assert.deepEqual(timers(community.state), []);
    const user = peopleFrom(community.state, 0).find(({ name }) => name === "ada");
    assert.equal(user?.silencedUntilMs, null);
  });

  it("bars nobody who was silenced from lifting others' silences, but not one's own", () => {
    const { community, mona } = setUp();
    const olga = community.enter("olga", "sockchat");
    silence(community, olga, "mona");
    silence(community, mona, "ada");
    const unsilence = (target: string) =>
      community.as(mona, { type: "moderation.unsilence", target });
    assert.deepEqual(outcome(unsilence("ada")), ["moderation.unsilenced"]);
    assert.deepEqual(outcome(unsilence("ada")), {
      code: "not_found",
      what: "silence",
      given: "ada",
    });
    assert.deepEqual(outcome(unsilence("mona")), { code: "self_target", given: "mona" });
  });
});

describe("moderation.refill", () => {
  it("makes the budget whole and lifts a silence", () => {
    const community = new Community({ limits: { burstLimit: 1 } });
    community.person("olga", "owner");
    community.person("ada");
    const [olga, ada] = [
      community.enter("olga", "sockchat"),
      community.enter("ada", "originchats"),
    ];
    community.posted(ada, "one");
    assert.equal(community.post(ada, "two").ok, false);
    community.as(olga, { type: "moderation.silence", target: "ada", replace: false });
    assert.deepEqual(
      outcome(community.as(ada, { type: "moderation.refill", target: "ada" })),
      lacks("manageServer"),
    );
    community.cooldowns.clear();
    assert.deepEqual(outcome(community.as(olga, { type: "moderation.refill", target: "ada" })), [
      "moderation.refilled",
      "moderation.unsilenced",
    ]);
    assert.equal(community.post(ada, "again").ok, true);
  });
});

describe("moderation.unban by address", () => {
  it("lifts every ban that bars the address, as a whole", () => {
    const { community, mona } = setUp();
    community.person("ben");
    community.enter("ben", "sockchat");
    for (const target of ["ada", "ben"]) {
      community.as(mona, { type: "moderation.ban", target, addresses: true });
    }
    const unban = (target: string) =>
      community.as(mona, { type: "moderation.unban", target, by: "address" });
    assert.deepEqual(outcome(unban("at-nobody")), {
      code: "not_found",
      what: "ban",
      given: "at-nobody",
    });
    const lifted = unban("at-ada");
    assert.equal(eventOf(lifted, "moderation.unbanned")?.userId, community.userId("ada"));
    assert.deepEqual(outcome(lifted), ["moderation.unbanned"]);
    assert.equal(bansAt(community.state, community.nowMs).length, 1);
  });
});

describe("message.announce", () => {
  it("is a line by the system in the default channel, charged to whoever gave it", () => {
    const community = new Community({ limits: { burstLimit: 1 } });
    community.person("olga", "owner");
    community.person("ada");
    const [olga, ada] = [community.enter("olga", "sockchat"), community.enter("ada", "sockchat")];
    const announce = (by: SessionId, text: string) =>
      community.as(by, { type: "message.announce", content: { text, markup: "bbcode" } });
    assert.deepEqual(outcome(announce(ada, "hear ye")), lacks("announce"));
    const announced = eventOf(announce(olga, " hear ye "), "message.announced")?.message;
    assert.deepEqual(
      [announced?.place, announced?.author, announced?.content.text],
      [community.place("general"), { kind: "system" }, "hear ye"],
    );
    const again = announce(olga, "once more");
    assert.equal(again.ok ? "" : again.rejection.code, "rate_limited");
    const empty = announce(ada, "  ");
    assert.equal(empty.ok ? "" : empty.rejection.code, "invalid");
  });
});
