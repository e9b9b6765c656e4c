import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MessageId, Place, SessionId } from "@dragoman/bus-schema";
import { recentMax } from "../state/shape.ts";
import { eventOf, House, outcome } from "./given.ts";
import { decide, signalOf } from "./index.ts";

interface Scene {
  readonly house: House;
  readonly ada: SessionId;
  readonly ben: SessionId;
  readonly mona: SessionId;
}

function scene(settings = {}): Scene {
  const house = new House(settings);
  house.person("mona", "moderator");
  house.person("ada");
  house.person("ben");
  const permissions = { view: ["moderator"], send: ["moderator"] };
  house.operator({ type: "channel.create", kind: "text", name: "staff", permissions });
  return {
    house,
    ada: house.enter("ada", "originchats"),
    ben: house.enter("ben", "sockchat"),
    mona: house.enter("mona", "sockchat"),
  };
}

const text = (value: string) => ({ text: value, markup: "markdown" }) as const;
const hidden = (place: Place) => ({ code: "not_found", what: "channel", given: place.channelId });
const noMessage = (given: string) => ({ code: "not_found", what: "message", given });
const lacks = (need: string) => ({ code: "not_permitted", need, hidden: false });

describe("message.post", () => {
  it("stores the text trimmed, with rising numbers and times", () => {
    const { house, ada } = scene();
    const first = house.posted(ada, "\u3000 hello\nthere \u0085");
    const second = house.posted(ada, "again");
    assert.equal(first.content.text, "hello\nthere");
    assert.equal(second.number, first.number + 1);
    assert.ok(second.createdAtUs > first.createdAtUs);
  });

  it("replaces lone surrogates", () => {
    const { house, ada } = scene();
    assert.equal(house.posted(ada, "a\uD800b😀").content.text, "a\uFFFDb😀");
  });

  it("refuses text that is empty or too long in code points, before the budget", () => {
    const { house, ada } = scene({ limits: { postContent: 3, burstLimit: 1 } });
    house.posted(ada, "😀😀😀");
    assert.deepEqual(outcome(house.post(ada, " \u00A0 ")), {
      code: "invalid",
      field: "content",
      why: "empty",
    });
    const long = { code: "too_long", field: "content", max: 3 };
    assert.deepEqual(outcome(house.post(ada, "abcd")), long);
    assert.equal(house.cooldowns.size, 0);
  });

  it("takes embeds without text, but no action without", () => {
    const { house, ada } = scene();
    const body = {
      type: "message.post",
      place: house.place("general"),
      content: text(""),
      embeds: [{ title: "t" }],
    } as const;
    assert.ok(house.as(ada, { ...body, embeds: [...body.embeds], kind: "text" }).ok);
    assert.ok(!house.as(ada, { ...body, embeds: [...body.embeds], kind: "action" }).ok);
  });

  it("refuses what would outgrow a commit", () => {
    const { house, ada } = scene();
    const embeds = Array.from({ length: 10 }, () => ({ description: "é".repeat(4_000) }));
    const answer = house.as(ada, {
      type: "message.post",
      place: house.place("general"),
      kind: "text",
      content: text("x"),
      embeds,
    });
    assert.equal(!answer.ok && answer.rejection.code, "too_long");
  });

  it("tells an unknown place, a hidden one and a thread alike", () => {
    const { house, ada } = scene();
    assert.deepEqual(outcome(house.post(ada, "hi", "staff")), hidden(house.place("staff")));
    assert.deepEqual(outcome(house.post(ada, "hi", "nowhere")), hidden(house.place("nowhere")));
  });

  it("needs the channel's send list", () => {
    const { house, ada } = scene();
    const permissions = { view: ["user"], send: ["moderator"] };
    house.operator({ type: "channel.create", kind: "text", name: "news", permissions });
    assert.deepEqual(outcome(house.post(ada, "hi", "news")), lacks("send"));
  });

  it("replies only to a present message of the same place", () => {
    const { house, ada, mona } = scene();
    const there = house.posted(mona, "secret", "staff");
    const here = house.posted(mona, "open");
    const reply = (replyTo: MessageId) =>
      house.as(ada, {
        type: "message.post",
        place: house.place("general"),
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
    house.as(mona, { type: "message.delete", message: here.messageId });
    assert.deepEqual(outcome(reply(here.messageId)), noMessage(here.messageId));
  });

  it("spends one budget over both protocols, and a burst starts the pause", () => {
    const { house, ada } = scene({ limits: { burstLimit: 4 } });
    const other = house.enter("ada", "sockchat");
    house.posted(ada, "1");
    house.posted(other, "2");
    const third = house.posted(ada, "3");
    house.as(other, { type: "message.edit", message: third.messageId, content: text("4") });
    assert.deepEqual(outcome(house.post(other, "5")), {
      code: "rate_limited",
      why: "burst",
      waitMs: 30_000,
    });
    house.nowMs += 20_000;
    assert.deepEqual(outcome(house.post(ada, "6")), {
      code: "rate_limited",
      why: "cooldown",
      waitMs: 10_000,
    });
    house.nowMs += 10_000;
    house.posted(ada, "7");
  });

  it("moves the author's read mark where the place was read to its end", () => {
    const { house, ada } = scene();
    assert.deepEqual(outcome(house.post(ada, "unread before")), ["message.posted"]);
    house.as(ada, { type: "unread.mark", place: house.place("general") });
    assert.deepEqual(outcome(house.post(ada, "read")), ["message.posted", "unread.marked"]);
  });
});

describe("message.edit", () => {
  it("gives the whole message in its new form, by id or by number", () => {
    const { house, ada } = scene();
    const { messageId, number } = house.posted(ada, "before");
    const byNumber = house.as(ada, {
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
    const { house, ada, mona } = scene();
    const { messageId } = house.posted(ada, "mine");
    const answer = house.as(mona, { type: "message.edit", message: messageId, content: text("x") });
    assert.deepEqual(outcome(answer), lacks("author"));
  });

  it("knows whether the message is among the newest twenty", () => {
    const { house, ada } = scene({ limits: { burstLimit: 0 } });
    const { messageId } = house.posted(ada, "first");
    for (let n = 0; n < 19; n += 1) house.posted(ada, "more");
    const edit = () =>
      house.as(ada, { type: "message.edit", message: messageId, content: text("x") });
    assert.equal(eventOf(edit(), "message.edited")?.recent, true);
    const last = house.posted(ada, "one too many");
    assert.equal(eventOf(edit(), "message.edited")?.recent, false);
    house.as(ada, { type: "message.delete", message: last.messageId });
    assert.equal(eventOf(edit(), "message.edited")?.recent, true);
  });

  it("keeps embeds that are not given and clears them by an empty list", () => {
    const { house, ada } = scene();
    const posted = house.as(ada, {
      type: "message.post",
      place: house.place("general"),
      kind: "text",
      content: text("x"),
      embeds: [{ title: "t" }],
    });
    const message = eventOf(posted, "message.posted")?.message.messageId ?? "";
    const kept = house.as(ada, { type: "message.edit", message, content: text("y") });
    assert.deepEqual(eventOf(kept, "message.edited")?.message.embeds, [{ title: "t" }]);
    const cleared = house.as(ada, {
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
    const { house, ada, ben, mona } = scene();
    const own = house.posted(ada, "own");
    const others = house.posted(ben, "ben's");
    const byAda = house.as(ada, { type: "message.delete", message: others.messageId });
    assert.deepEqual(outcome(byAda), lacks("delete"));
    const deleted = house.as(ada, { type: "message.delete", message: own.messageId });
    assert.deepEqual(outcome(deleted), ["message.deleted"]);
    const byMona = house.as(mona, { type: "message.delete", message: String(others.number) });
    assert.equal(eventOf(byMona, "message.deleted")?.byId, house.userId("mona"));
    const again = house.as(mona, { type: "message.delete", message: others.messageId });
    assert.deepEqual(outcome(again), noMessage(others.messageId));
  });

  it("needs an author of no higher rank; the server's lines are below everybody", () => {
    const { house, mona } = scene();
    house.person("anna", "admin");
    const { messageId } = house.posted(house.enter("anna", "originchats"), "from above");
    const answer = house.as(mona, { type: "message.delete", message: messageId });
    assert.deepEqual(outcome(answer), { code: "rank_too_low", given: messageId });
    assert.ok(house.as(mona, { type: "message.delete", message: "1" }).ok);
  });

  it("finds nothing in a hidden place, nor where the message does not stand", () => {
    const { house, ada, mona } = scene();
    const secret = house.posted(mona, "secret", "staff");
    const byAda = house.as(ada, { type: "message.delete", message: secret.messageId });
    assert.deepEqual(outcome(byAda), noMessage(secret.messageId));
    const { messageId } = house.posted(ada, "here");
    const place = house.place("staff");
    const elsewhere = house.as(ada, { type: "message.delete", message: messageId, place });
    assert.deepEqual(outcome(elsewhere), noMessage(messageId));
  });
});

describe("a message that state has forgotten", () => {
  /** An old message, and above it as many others as state remembers. */
  function forgotten() {
    const { house, ada } = scene();
    const old = house.posted(ada, "old");
    const seqOfOld = house.state.seq;
    const cause = { commandId: "import.1" as never, actor: "operator" } as const;
    for (let n = 1; n <= recentMax; n += 1) {
      const messageId = `00000000-0000-4000-a000-${String(n).padStart(12, "0")}` as MessageId;
      const number = (old.number + n) as typeof old.number;
      const createdAtUs = old.createdAtUs + n;
      const message = { ...old, messageId, number, createdAtUs };
      house.take({ cause, events: [{ type: "message.posted", message }] });
    }
    return { house, ada, old, seqOfOld };
  }

  it("is looked up; an answer from before the forgotten facts is refused as busy", () => {
    const { house, ada, old, seqOfOld } = forgotten();
    assert.equal(house.state.evictedThrough, seqOfOld);
    const command = house.command(ada, { type: "message.delete", message: old.messageId });
    const inputs = house.inputs(command);
    const at = (through: number) => ({
      ...inputs,
      lookups: { messages: new Map([[old.messageId as string, { through, message: old }]]) },
    });
    assert.deepEqual(outcome(decide(house.state, command, at(seqOfOld - 1))), {
      code: "busy",
      waitMs: 100,
    });
    const missing = { ...inputs, lookups: { messages: new Map() } };
    assert.equal(decide(house.state, command, missing).ok, false);
    assert.deepEqual(outcome(decide(house.state, command, at(seqOfOld))), ["message.deleted"]);
  });
});

describe("message.whisper", () => {
  it("makes the channel of the two once, and reaches people who are away", () => {
    const { house, ada, ben } = scene();
    house.as(ben, { type: "session.close", why: "leave" });
    const first = house.as(ada, { type: "message.whisper", target: "BEN", content: text("psst") });
    assert.deepEqual(outcome(first), ["channel.created", "message.posted"]);
    const channel = eventOf(first, "channel.created")?.channel;
    assert.deepEqual(channel?.peopleIds, [house.userId("ada"), house.userId("ben")]);
    const back = house.enter("ben", "sockchat");
    const number = String(house.state.people.get(house.userId("ada"))?.user.number);
    const answer = house.as(back, { type: "message.whisper", target: number, content: text("hm") });
    assert.deepEqual(outcome(answer), ["message.posted"]);
    const place = eventOf(answer, "message.posted")?.message.place;
    assert.deepEqual(place, { channelId: channel?.channelId });
  });

  it("is the two people's alone, and a post there is a whisper", () => {
    const { house, ada, mona } = scene();
    const told = house.as(ada, { type: "message.whisper", target: "ben", content: text("psst") });
    const place = eventOf(told, "message.posted")?.message.place ?? house.place("nowhere");
    const post = { type: "message.post", place, kind: "text", content: text("more") } as const;
    assert.deepEqual(outcome(house.as(mona, post)), hidden(place));
    assert.ok(house.as(ada, post).ok);
    house.operator({ type: "moderation.ban", target: "ben", addresses: false });
    assert.deepEqual(outcome(house.as(ada, post)), {
      code: "not_found",
      what: "user",
      given: "ben",
    });
  });

  it("reaches neither oneself nor whoever is unknown, departed or banned", () => {
    const { house, ada } = scene();
    house.person("cleo");
    house.operator({ type: "user.depart", target: "cleo" });
    house.operator({ type: "moderation.ban", target: "ben", addresses: false });
    const whisper = (target: string) =>
      outcome(house.as(ada, { type: "message.whisper", target, content: text("psst") }));
    assert.deepEqual(whisper("ada"), { code: "self_target", given: "ada" });
    for (const given of ["who", "cleo", "ben"]) {
      assert.deepEqual(whisper(given), { code: "not_found", what: "user", given });
    }
  });
});

describe("typing.start", () => {
  it("is accepted in a place that one sees, and yields a signal", () => {
    const { house, ada } = scene();
    const place = house.place("general");
    const command = house.command(ada, { type: "typing.start", place });
    assert.deepEqual(outcome(house.give(command)), []);
    assert.deepEqual(signalOf(house.state, command), {
      type: "typing",
      place,
      userId: house.userId("ada"),
      sessionId: ada,
    });
    const staff = house.place("staff");
    assert.deepEqual(outcome(house.as(ada, { type: "typing.start", place: staff })), hidden(staff));
    assert.equal(signalOf(house.state, house.command(ada, { type: "user.revoke" })), null);
  });
});

describe("unread.mark", () => {
  it("goes to the newest message, or to one of the place, back as well", () => {
    const { house, ada, mona } = scene();
    const first = house.posted(mona, "1");
    const second = house.posted(mona, "2");
    const elsewhere = house.posted(mona, "3", "staff");
    const place = house.place("general");
    const mark = (messageId?: MessageId) =>
      house.as(ada, {
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
    const staff = house.place("staff");
    assert.deepEqual(outcome(house.as(ada, { type: "unread.mark", place: staff })), hidden(staff));
  });
});
