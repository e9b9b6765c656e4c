import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MessageId, Place, SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { recentMax } from "../state/shape.ts";
import { decide, signalOf } from "./index.ts";

interface Setting {
  readonly community: Community;
  readonly ada: SessionId;
  readonly ben: SessionId;
  readonly mona: SessionId;
}

function setUp(settings = {}): Setting {
  const community = new Community(settings);
  community.person("mona", "moderator");
  community.person("ada");
  community.person("ben");
  const permissions = { view: ["moderator"], send: ["moderator"] };
  community.operator({ type: "channel.create", kind: "text", name: "staff", permissions });
  return {
    community,
    ada: community.enter("ada", "originchats"),
    ben: community.enter("ben", "sockchat"),
    mona: community.enter("mona", "sockchat"),
  };
}

const text = (value: string) => ({ text: value, markup: "markdown" }) as const;
const hidden = (place: Place) => ({ code: "not_found", what: "channel", given: place.channelId });
const noMessage = (given: string) => ({ code: "not_found", what: "message", given });
const lacks = (need: string) => ({ code: "not_permitted", need, hidden: false });

describe("message.post", () => {
  it("stores the text trimmed, with rising numbers and times", () => {
    const { community, ada } = setUp();
    const first = community.posted(ada, "\u3000 hello\nthere \u0085");
    const second = community.posted(ada, "again");
    assert.equal(first.content.text, "hello\nthere");
    assert.equal(second.number, first.number + 1);
    assert.ok(second.createdAtUs > first.createdAtUs);
  });

  it("refuses text that is empty or too long in code points, before the budget", () => {
    const { community, ada } = setUp({ limits: { postContent: 3, burstLimit: 1 } });
    community.posted(ada, "😀😀😀");
    assert.deepEqual(outcome(community.post(ada, " \u00A0 ")), {
      code: "invalid",
      field: "content",
      why: "empty",
    });
    const empty = { code: "invalid", field: "content", why: "empty" };
    for (const nothing of ["\u0007", "\u200b", "```\n```", "\u3164\u0000"]) {
      assert.deepEqual(outcome(community.post(ada, nothing)), empty, nothing);
    }
    const long = { code: "too_long", field: "content", max: 3 };
    assert.deepEqual(outcome(community.post(ada, "abcd")), long);
    assert.equal(community.cooldowns.size, 0);
  });

  it("takes embeds without text, but no action without", () => {
    const { community, ada } = setUp();
    const body = {
      type: "message.post",
      place: community.place("general"),
      content: text(""),
      embeds: [{ title: "t" }],
    } as const;
    assert.ok(community.as(ada, { ...body, embeds: [...body.embeds], kind: "text" }).ok);
    assert.ok(!community.as(ada, { ...body, embeds: [...body.embeds], kind: "action" }).ok);
  });

  it("refuses what would outgrow a commit", () => {
    const { community, ada } = setUp();
    const embeds = Array.from({ length: 10 }, () => ({ description: "é".repeat(4_000) }));
    const answer = community.as(ada, {
      type: "message.post",
      place: community.place("general"),
      kind: "text",
      content: text("x"),
      embeds,
    });
    assert.equal(!answer.ok && answer.rejection.code, "too_long");
  });

  it("tells an unknown place, a hidden one and a thread alike", () => {
    const { community, ada } = setUp();
    assert.deepEqual(outcome(community.post(ada, "hi", "staff")), hidden(community.place("staff")));
    assert.deepEqual(
      outcome(community.post(ada, "hi", "nowhere")),
      hidden(community.place("nowhere")),
    );
  });

  it("needs the channel's send list", () => {
    const { community, ada } = setUp();
    const permissions = { view: ["user"], send: ["moderator"] };
    community.operator({ type: "channel.create", kind: "text", name: "news", permissions });
    assert.deepEqual(outcome(community.post(ada, "hi", "news")), lacks("send"));
  });

  it("replies only to a present message of the same place", () => {
    const { community, ada, mona } = setUp();
    const there = community.posted(mona, "secret", "staff");
    const here = community.posted(mona, "open");
    const reply = (replyTo: MessageId) =>
      community.as(ada, {
        type: "message.post",
        place: community.place("general"),
        kind: "text",
        content: text("re"),
        replyTo,
      });
    assert.deepEqual(outcome(reply(there.messageId)), noMessage(there.messageId));
    const posted = eventOf(reply(here.messageId), "message.posted")?.message;
    assert.deepEqual(posted?.replyTo, {
      messageId: here.messageId,
      author: here.author,
      excerpt: "open",
    });
    community.as(mona, { type: "message.delete", message: here.messageId });
    assert.deepEqual(outcome(reply(here.messageId)), noMessage(here.messageId));
  });

  it("spends one budget over both protocols, and a burst starts the pause", () => {
    const { community, ada } = setUp({ limits: { burstLimit: 4 } });
    const other = community.enter("ada", "sockchat");
    community.posted(ada, "1");
    community.posted(other, "2");
    const third = community.posted(ada, "3");
    community.as(other, { type: "message.edit", message: third.messageId, content: text("4") });
    assert.deepEqual(outcome(community.post(other, "5")), {
      code: "rate_limited",
      why: "burst",
      waitMs: 30_000,
    });
    community.nowMs += 20_000;
    assert.deepEqual(outcome(community.post(ada, "6")), {
      code: "rate_limited",
      why: "cooldown",
      waitMs: 10_000,
    });
    community.nowMs += 10_000;
    community.posted(ada, "7");
  });

  it("moves the author's read mark where the place was read to its end", () => {
    const { community, ada } = setUp();
    assert.deepEqual(outcome(community.post(ada, "unread before")), ["message.posted"]);
    community.as(ada, { type: "unread.mark", place: community.place("general") });
    assert.deepEqual(outcome(community.post(ada, "read")), ["message.posted", "unread.marked"]);
  });
});

describe("message.edit", () => {
  it("gives the whole message in its new form, by id or by number", () => {
    const { community, ada } = setUp();
    const { messageId, number } = community.posted(ada, "before");
    const byNumber = community.as(ada, {
      type: "message.edit",
      message: String(number),
      content: text(" after "),
    });
    const edited = eventOf(byNumber, "message.edited");
    assert.equal(edited?.message.messageId, messageId);
    assert.equal(edited?.message.content.text, "after");
    assert.ok((edited?.message.editedAtUs ?? 0) > (edited?.message.createdAtUs ?? 0));
    assert.equal(edited?.recent, true);
  });

  it("is the author's alone", () => {
    const { community, ada, mona } = setUp();
    const { messageId } = community.posted(ada, "mine");
    const answer = community.as(mona, {
      type: "message.edit",
      message: messageId,
      content: text("x"),
    });
    assert.deepEqual(outcome(answer), lacks("author"));
  });

  it("knows whether the message is among the newest twenty", () => {
    const { community, ada } = setUp({ limits: { burstLimit: 0 } });
    const { messageId } = community.posted(ada, "first");
    for (let n = 0; n < 19; n += 1) community.posted(ada, "more");
    const edit = () =>
      community.as(ada, { type: "message.edit", message: messageId, content: text("x") });
    assert.equal(eventOf(edit(), "message.edited")?.recent, true);
    const last = community.posted(ada, "one too many");
    assert.equal(eventOf(edit(), "message.edited")?.recent, false);
    community.as(ada, { type: "message.delete", message: last.messageId });
    assert.equal(eventOf(edit(), "message.edited")?.recent, true);
  });

  it("keeps embeds that are not given and clears them by an empty list", () => {
    const { community, ada } = setUp();
    const posted = community.as(ada, {
      type: "message.post",
      place: community.place("general"),
      kind: "text",
      content: text("x"),
      embeds: [{ title: "t" }],
    });
    const message = eventOf(posted, "message.posted")?.message.messageId ?? "";
    const kept = community.as(ada, { type: "message.edit", message, content: text("y") });
    assert.deepEqual(eventOf(kept, "message.edited")?.message.embeds, [{ title: "t" }]);
    const cleared = community.as(ada, {
      type: "message.edit",
      message,
      content: text("y"),
      embeds: [],
    });
    assert.equal(eventOf(cleared, "message.edited")?.message.embeds?.length, 0);
  });
});

describe("message.delete", () => {
  it("of one's own needs delete_own, of another's the delete list", () => {
    const { community, ada, ben, mona } = setUp();
    const own = community.posted(ada, "own");
    const others = community.posted(ben, "ben's");
    const byAda = community.as(ada, { type: "message.delete", message: others.messageId });
    assert.deepEqual(outcome(byAda), lacks("delete"));
    const deleted = community.as(ada, { type: "message.delete", message: own.messageId });
    assert.deepEqual(outcome(deleted), ["message.deleted"]);
    const byMona = community.as(mona, { type: "message.delete", message: String(others.number) });
    assert.equal(eventOf(byMona, "message.deleted")?.byId, community.userId("mona"));
    const again = community.as(mona, { type: "message.delete", message: others.messageId });
    assert.deepEqual(outcome(again), noMessage(others.messageId));
  });

  it("needs an author of no higher rank; the server's lines are below everybody", () => {
    const { community, mona } = setUp();
    community.person("anna", "admin");
    const { messageId } = community.posted(community.enter("anna", "originchats"), "from above");
    const answer = community.as(mona, { type: "message.delete", message: messageId });
    assert.deepEqual(outcome(answer), { code: "rank_too_low", given: messageId });
    assert.ok(community.as(mona, { type: "message.delete", message: "1" }).ok);
  });

  it("finds nothing in a hidden place, nor where the message does not stand", () => {
    const { community, ada, mona } = setUp();
    const secret = community.posted(mona, "secret", "staff");
    const byAda = community.as(ada, { type: "message.delete", message: secret.messageId });
    assert.deepEqual(outcome(byAda), noMessage(secret.messageId));
    const { messageId } = community.posted(ada, "here");
    const place = community.place("staff");
    const elsewhere = community.as(ada, { type: "message.delete", message: messageId, place });
    assert.deepEqual(outcome(elsewhere), noMessage(messageId));
  });
});

describe("a message that state has forgotten", () => {
  /** An old message, and above it as many others as state remembers. */
  function forgotten() {
    const { community, ada } = setUp();
    const old = community.posted(ada, "old");
    const seqOfOld = community.state.seq;
    const cause = { commandId: "import.1" as never, actor: "operator" } as const;
    for (let n = 1; n <= recentMax; n += 1) {
      const messageId = `00000000-0000-4000-a000-${String(n).padStart(12, "0")}` as MessageId;
      const number = (old.number + n) as typeof old.number;
      const createdAtUs = old.createdAtUs + n;
      const message = { ...old, messageId, number, createdAtUs };
      community.take({ cause, events: [{ type: "message.posted", message }] });
    }
    return { community, ada, old, seqOfOld };
  }

  it("is looked up; an answer from before the forgotten facts is refused as busy", () => {
    const { community, ada, old, seqOfOld } = forgotten();
    assert.equal(community.state.evictedThrough, seqOfOld);
    const command = community.command(ada, { type: "message.delete", message: old.messageId });
    const inputs = community.inputs(command);
    const at = (through: number) => ({
      ...inputs,
      lookups: { messages: new Map([[old.messageId as string, { through, message: old }]]) },
    });
    assert.deepEqual(outcome(decide(community.state, command, at(seqOfOld - 1))), {
      code: "busy",
      waitMs: 100,
    });
    const missing = { ...inputs, lookups: { messages: new Map() } };
    assert.equal(decide(community.state, command, missing).ok, false);
    assert.deepEqual(outcome(decide(community.state, command, at(seqOfOld))), ["message.deleted"]);
  });
});

describe("message.whisper", () => {
  it("makes the channel of the two once, and reaches people who are away", () => {
    const { community, ada, ben } = setUp();
    community.as(ben, { type: "session.close", why: "leave" });
    const first = community.as(ada, {
      type: "message.whisper",
      target: "BEN",
      content: text("psst"),
    });
    assert.deepEqual(outcome(first), ["channel.created", "message.posted"]);
    const channel = eventOf(first, "channel.created")?.channel;
    assert.deepEqual(channel?.peopleIds, [community.userId("ada"), community.userId("ben")]);
    const back = community.enter("ben", "sockchat");
    const number = String(community.state.people.get(community.userId("ada"))?.user.number);
    const answer = community.as(back, {
      type: "message.whisper",
      target: number,
      content: text("hm"),
    });
    assert.deepEqual(outcome(answer), ["message.posted"]);
    const place = eventOf(answer, "message.posted")?.message.place;
    assert.deepEqual(place, { channelId: channel?.channelId });
  });

  it("is the two people's alone, and a post there is a whisper", () => {
    const { community, ada, mona } = setUp();
    const told = community.as(ada, {
      type: "message.whisper",
      target: "ben",
      content: text("psst"),
    });
    const place = eventOf(told, "message.posted")?.message.place ?? community.place("nowhere");
    const post = { type: "message.post", place, kind: "text", content: text("more") } as const;
    assert.deepEqual(outcome(community.as(mona, post)), hidden(place));
    assert.ok(community.as(ada, post).ok);
    community.operator({ type: "moderation.ban", target: "ben", addresses: false });
    assert.deepEqual(outcome(community.as(ada, post)), {
      code: "not_found",
      what: "user",
      given: "ben",
    });
  });

  it("reaches neither oneself nor whoever is unknown, departed or banned", () => {
    const { community, ada } = setUp();
    community.person("cleo");
    community.operator({ type: "user.depart", target: "cleo" });
    community.operator({ type: "moderation.ban", target: "ben", addresses: false });
    const whisper = (target: string) =>
      outcome(community.as(ada, { type: "message.whisper", target, content: text("psst") }));
    assert.deepEqual(whisper("ada"), { code: "self_target", given: "ada" });
    for (const given of ["who", "cleo", "ben"]) {
      assert.deepEqual(whisper(given), { code: "not_found", what: "user", given });
    }
  });
});

describe("typing.start", () => {
  it("is accepted in a place that one sees, and yields a signal", () => {
    const { community, ada } = setUp();
    const place = community.place("general");
    const command = community.command(ada, { type: "typing.start", place });
    assert.deepEqual(outcome(community.give(command)), []);
    assert.deepEqual(signalOf(community.state, command), {
      type: "typing",
      place,
      userId: community.userId("ada"),
      sessionId: ada,
    });
    const staff = community.place("staff");
    assert.deepEqual(
      outcome(community.as(ada, { type: "typing.start", place: staff })),
      hidden(staff),
    );
    assert.equal(signalOf(community.state, community.command(ada, { type: "user.revoke" })), null);
  });
});

describe("unread.mark", () => {
  it("goes to the newest message, or to one of the place, back as well", () => {
    const { community, ada, mona } = setUp();
    const first = community.posted(mona, "1");
    const second = community.posted(mona, "2");
    const elsewhere = community.posted(mona, "3", "staff");
    const place = community.place("general");
    const mark = (messageId?: MessageId) =>
      community.as(ada, {
        type: "unread.mark",
        place,
        ...(messageId === undefined ? {} : { messageId }),
      });
    assert.equal(eventOf(mark(), "unread.marked")?.messageId, second.messageId);
    assert.deepEqual(outcome(mark()), []);
    assert.equal(eventOf(mark(first.messageId), "unread.marked")?.messageId, first.messageId);
    assert.deepEqual(outcome(mark(elsewhere.messageId)), []);
    const unknown = "00000000-0000-4000-8000-aaaaaaaaaaaa" as MessageId;
    assert.deepEqual(outcome(mark(unknown)), []);
    const staff = community.place("staff");
    assert.deepEqual(
      outcome(community.as(ada, { type: "unread.mark", place: staff })),
      hidden(staff),
    );
  });
});
