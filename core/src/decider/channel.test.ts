import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";
import type { Body } from "./contract.ts";
import { movedAtOnceMax } from "./session/place.ts";

const permissions = { view: ["user"], send: ["user"] };

function peopled(settings = {}): Community {
  const community = new Community(settings);
  community.person("olga", "owner");
  community.person("mona", "moderator");
  community.person("ada");
  community.person("ben");
  return community;
}

const create = (name: string, more: object = {}): Body =>
  ({ type: "channel.create", kind: "text", name, permissions, ...more }) as Body;
const update = (channel: string, more: object): Body =>
  ({ type: "channel.update", channel, ...more }) as Body;
const moveTo = (channel: string, password?: string): Body => ({
  type: "session.move",
  channel,
  ...(password === undefined ? {} : { password }),
});

describe("channel.create", () => {
  it("is temporary for whoever manages none, open to everybody, and its maker is moved in", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    const made = community.as(ben, create("club", { permissions: { view: ["owner"] } }));
    assert.deepEqual(outcome(made), [
      "channel.created",
      "message.posted",
      "unread.marked",
      "session.moved",
    ]);
    const channel = eventOf(made, "channel.created")?.channel;
    assert.deepEqual([channel?.temporary, channel?.permissions], [true, permissions]);
    assert.equal(eventOf(made, "session.moved")?.why, "made");
    const olga = community.enter("olga", "sockchat");
    const lasting = eventOf(community.as(olga, create("hall")), "channel.created")?.channel;
    assert.equal(lasting?.temporary, false);
    const voice = { code: "not_permitted", need: "manageChannels", hidden: false };
    assert.deepEqual(outcome(community.as(ben, create("v", { kind: "voice" }))), voice);
  });

  it("never has a name that looks like a whisper's, made or renamed", () => {
    const community = peopled();
    const ben = community.enter("ben", "originchats");
    const olga = community.enter("olga", "originchats");
    const wrong = { code: "invalid", field: "name", why: "alphabet" };
    for (const name of ["@ada", " @ada", "\uff20ada", "\ufe6bada", "\u3164@ada", "\ufe0f@ada"]) {
      assert.deepEqual(outcome(community.as(ben, create(name))), wrong, name);
      assert.deepEqual(outcome(community.operator(create(name))), wrong, name);
      assert.deepEqual(outcome(community.as(olga, update("general", { name }))), wrong, name);
    }
    assert.deepEqual(outcome(community.operator(create("ada@home"))), [
      "channel.created",
      "message.posted",
    ]);
  });

  it("has a name of which something shows, and nothing that does not", () => {
    const community = peopled();
    const wrong = (why: string) => ({ code: "invalid", field: "name", why });
    for (const [name, why] of [
      ["general\u3164", "alphabet"],
      ["gen\u034feral", "alphabet"],
      ["\u3164", "empty"],
      ["\u0301", "empty"],
    ] as const) {
      assert.deepEqual(outcome(community.operator(create(name))), wrong(why), JSON.stringify(name));
    }
    for (const name of ["❤\ufe0f", "日本語"]) {
      assert.equal(
        eventOf(community.operator(create(name)), "channel.created")?.channel.name,
        name,
      );
    }
  });

  it("has no first line where nobody writes, and a size for separators alone", () => {
    const community = peopled();
    const made = community.operator(create("line", { kind: "separator", size: 10 }));
    assert.deepEqual(outcome(made), ["channel.created"]);
    assert.equal(eventOf(made, "channel.created")?.channel.size, 10);
    const text = community.operator(create("text", { size: 10 }));
    assert.equal(eventOf(text, "channel.created")?.channel.size, undefined);
  });

  it("is refused above five temporary ones of one person", () => {
    const community = peopled();
    const ben = community.enter("ben", "originchats");
    for (let n = 1; n <= 5; n += 1) assert.ok(community.as(ben, create(`c${n}`)).ok);
    const full = { code: "limit_reached", what: "channels", max: 5 };
    assert.deepEqual(outcome(community.as(ben, create("c6"))), full);
  });
});

describe("a temporary channel", () => {
  it("ends when its owner moves away, with everybody in it", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    const ada = community.enter("ada", "sockchat");
    community.as(ben, create("club"));
    community.as(ada, moveTo("club"));
    const away = community.as(ben, moveTo("general"));
    assert.deepEqual(outcome(away), [
      "unread.marked",
      "session.moved",
      "session.moved",
      "channel.deleted",
    ]);
    assert.equal(eventOf(away, "channel.deleted")?.why, "abandoned");
    assert.deepEqual(community.state.sessions.get(ada)?.session.place, community.place("general"));
    assert.deepEqual(violations(community.state), []);
  });

  it("stays while its owner has another session in it, or one of OriginChats", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    community.as(ben, create("club"));
    const second = community.enter("ben", "sockchat");
    community.as(second, moveTo("club"));
    const marked = ["unread.marked", "session.moved"];
    assert.deepEqual(outcome(community.as(ben, moveTo("general"))), marked);
    const there = community.enter("ben", "originchats");
    assert.deepEqual(outcome(community.as(second, moveTo("general"))), ["session.moved"]);
    assert.deepEqual(outcome(community.as(there, { type: "session.close", why: "leave" })), [
      "session.closed",
      "channel.deleted",
    ]);
  });

  it("ends with its owner's last session, after the grace time", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    community.as(ben, create("club"));
    const lost = community.as(ben, { type: "session.close", why: "lost" });
    assert.deepEqual(outcome(lost), ["session.dropped"]);
    community.nowMs += 60_000;
    assert.deepEqual(outcome(community.core({ type: "session.expire", sessionId: ben })), [
      "session.closed",
      "presence.ended",
      "channel.deleted",
    ]);
  });
});

describe("a channel's password", () => {
  it("is asked of everybody but the owner, those who manage channels and who is admitted", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    const mona = community.enter("mona", "sockchat");
    const ada = community.enter("ada", "sockchat");
    const olga = community.enter("olga", "sockchat");
    community.as(ben, create("den"));
    community.as(mona, moveTo("den"));
    const locked = community.as(ben, update("den", { password: "two words" }));
    assert.deepEqual(outcome(locked), ["channel.updated", "channel.admitted"]);
    assert.equal(eventOf(locked, "channel.admitted")?.userId, community.userId("mona"));
    assert.ok(!JSON.stringify(community.journal).includes("two words"));

    assert.deepEqual(outcome(community.as(ada, moveTo("den"))), {
      code: "wrong_password",
      given: false,
    });
    const wrong = { code: "wrong_password", given: true };
    assert.deepEqual(outcome(community.as(ada, moveTo("den", "two"))), wrong);
    assert.deepEqual(outcome(community.as(ada, moveTo("den", "two words"))), [
      "channel.admitted",
      "unread.marked",
      "session.moved",
    ]);
    assert.deepEqual(outcome(community.as(olga, moveTo("den"))), [
      "unread.marked",
      "session.moved",
    ]);
    assert.deepEqual(outcome(community.as(ada, moveTo("general"))), [
      "unread.marked",
      "session.moved",
      "channel.dismissed",
    ]);
    assert.deepEqual(outcome(community.as(ada, moveTo("den"))), {
      code: "wrong_password",
      given: false,
    });
    assert.deepEqual(violations(community.state), []);
  });

  it("hides what is said from whoever has not given it, and a new one ends all admissions", () => {
    const community = peopled();
    const ada = community.enter("ada", "originchats");
    community.operator(create("den"));
    community.operator(update("den", { password: "a" }));
    const hidden = { code: "not_found", what: "channel", given: community.place("den").channelId };
    assert.deepEqual(outcome(community.post(ada, "hi", "den")), hidden);
    assert.deepEqual(outcome(community.as(ada, moveTo("den", "a"))), ["channel.admitted"]);
    assert.deepEqual(outcome(community.as(ada, moveTo("den", "a"))), []);
    community.posted(ada, "hi", "den");
    community.operator(update("den", { password: "b" }));
    assert.deepEqual(outcome(community.post(ada, "hi", "den")), hidden);
    community.as(ada, moveTo("den", "b"));
    assert.deepEqual(outcome(community.as(ada, { type: "channel.leave", channel: "den" })), [
      "channel.dismissed",
    ]);
    assert.deepEqual(outcome(community.post(ada, "hi", "den")), hidden);
    community.operator(update("den", { password: null }));
    community.posted(ada, "open again", "den");
    assert.deepEqual(violations(community.state), []);
  });

  it("is the owner's to set, and nobody else's", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    const ada = community.enter("ada", "sockchat");
    community.as(ben, create("den"));
    const foreign = { code: "not_permitted", need: "own", hidden: false };
    assert.deepEqual(outcome(community.as(ada, update("den", { password: "x" }))), foreign);
    const more = { code: "not_permitted", need: "manageChannels", hidden: false };
    assert.deepEqual(outcome(community.as(ben, update("den", { name: "x" }))), more);
    assert.equal(community.passwords.size, 0, "no digest is made for who may not set it");
  });
});

describe("channel.update", () => {
  it("renames with a new slug, keeps the place in the list and frees the old name", () => {
    const community = peopled();
    community.operator(create("old name"));
    community.operator(create("later"));
    const renamed = community.operator(update("old name", { name: "Neu & frei" }));
    const event = eventOf(renamed, "channel.updated");
    assert.deepEqual([event?.before.slug, event?.channel.slug], ["old_name", "Neu__frei"]);
    const names = [...community.state.channels.values()].map(({ name }) => name);
    assert.deepEqual(names, ["general", "Neu & frei", "later"]);
    assert.ok(community.operator(create("old name")).ok);
    const taken = { code: "already_exists", what: "channel", given: "later" };
    assert.deepEqual(outcome(community.operator(update("old_name", { name: "later" }))), taken);
    assert.ok(community.operator(update("old_name", { name: "OLD name" })).ok);
    assert.deepEqual(violations(community.state), []);
  });

  it("moves out who may not view it any longer, to a channel that he may", () => {
    const community = peopled();
    community.operator(create("tower"));
    const [mona, ada] = [community.enter("mona", "sockchat"), community.enter("ada", "sockchat")];
    for (const session of [mona, ada]) community.as(session, moveTo("tower"));
    const raised = community.operator(update("tower", { minRank: 5 }));
    assert.deepEqual(outcome(raised), ["channel.updated", "session.moved"]);
    const moved = eventOf(raised, "session.moved");
    assert.deepEqual([moved?.sessionId, moved?.why], [ada, "expelled"]);
    const voice = community.operator(update("tower", { kind: "voice" }));
    assert.deepEqual(outcome(voice), ["channel.updated", "session.moved"]);
  });

  it("keeps the default channel open to everybody", () => {
    const community = peopled();
    const kept = { code: "protected", what: "channel" };
    const closing = [
      { permissions: { view: ["owner"] } },
      { permissions: { view: ["user", "!user"] } },
      { minRank: 2 },
      { password: "x" },
      { kind: "forum" },
    ];
    for (const change of closing) {
      assert.deepEqual(outcome(community.operator(update("general", change))), kept);
    }
    assert.deepEqual(
      outcome(community.operator({ type: "channel.delete", channel: "general" })),
      kept,
    );
    assert.ok(community.operator(update("general", { name: "lobby" })).ok);
  });

  it("raises no rank above the asker's own", () => {
    const community = peopled();
    const ben = community.enter("ben", "sockchat");
    community.as(ben, create("club"));
    const high = { code: "rank_too_low", given: "2" };
    assert.deepEqual(outcome(community.as(ben, update("club", { minRank: 2 }))), high);
    assert.ok(community.as(ben, update("club", { minRank: 1 })).ok);
  });
});

describe("channel.move", () => {
  it("counts in the list without the channel, and the end is the end", () => {
    const community = peopled();
    for (const name of ["a", "b", "c"]) community.operator(create(name));
    const order = () => [...community.state.channels.values()].map(({ name }) => name).join(" ");
    const move = (channel: string, index: number) =>
      outcome(community.operator({ type: "channel.move", channel, index }));
    assert.deepEqual(move("c", 0), ["channel.moved"]);
    assert.equal(order(), "c general a b");
    assert.deepEqual(move("c", 99), ["channel.moved"]);
    assert.equal(order(), "general a b c");
    assert.deepEqual(move("c", 3), []);
    assert.deepEqual(move("general", 1), ["channel.moved"]);
    assert.equal(order(), "a general b c");
  });
});

describe("channel.delete", () => {
  it("is the owner's or by right, and forgets marks and newest messages of the place", () => {
    const community = peopled();
    const ben = community.enter("ben", "originchats");
    const ada = community.enter("ada", "originchats");
    community.as(ben, create("club"));
    community.posted(ada, "hi", "club");
    community.as(ada, { type: "unread.mark", place: community.place("club") });
    const denied = { code: "not_permitted", need: "manageChannels", hidden: false };
    const remove: Body = { type: "channel.delete", channel: "club" };
    assert.deepEqual(outcome(community.as(ada, remove)), denied);
    assert.deepEqual(outcome(community.as(ben, remove)), ["channel.deleted"]);
    assert.equal(community.state.readers.size, 0);
    assert.equal(community.state.rings.size, 1);
    const gone = { code: "not_found", what: "channel", given: "club" };
    assert.deepEqual(outcome(community.as(ben, remove)), gone);
    assert.deepEqual(violations(community.state), []);
  });

  it("is refused while more people stand in it than one commit can move", () => {
    const community = peopled({
      limits: { sessionsPerPerson: 60, actsPerMinute: 0, actsBurst: 0 },
    });
    community.operator(create("crowded"));
    for (let n = 0; n <= movedAtOnceMax; n += 1) {
      const name = `p${Math.floor(n / 60)}`;
      if (n % 60 === 0) community.person(name);
      community.as(community.enter(name, "sockchat"), moveTo("crowded"));
    }
    const many = { code: "limit_reached", what: "people", max: movedAtOnceMax };
    assert.deepEqual(
      outcome(community.operator({ type: "channel.delete", channel: "crowded" })),
      many,
    );
  });
});

describe("message.deleted", () => {
  it("tells the newest message that is left where the newest went, and nothing else", () => {
    const community = peopled();
    community.operator(create("tail"));
    const ada = community.enter("ada", "originchats");
    const [one, two] = [community.posted(ada, "1", "tail"), community.posted(ada, "2", "tail")];
    const gone = (message: string) =>
      eventOf(community.as(ada, { type: "message.delete", message }), "message.deleted");
    const [line] = community.state.rings.get(community.place("tail").channelId)?.entries ?? [];
    assert.equal(gone(one.messageId)?.newest, undefined);
    assert.equal(gone(two.messageId)?.newest?.messageId, line?.messageId);
  });
});
