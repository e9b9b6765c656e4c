import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  emojisMax,
  type Message,
  type MessageId,
  reactionsMax,
  type SessionId,
  type UserId,
} from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { withChange } from "../state/touch.ts";
import { violations } from "../state/violations.ts";
import { messageByRef } from "./message-ref.ts";

interface Setting {
  readonly community: Community;
  readonly ada: SessionId;
  readonly mona: SessionId;
  readonly olga: SessionId;
  readonly line: Message;
}

function setUp(): Setting {
  const community = new Community({
    limits: { burstLimit: 0, messagesPerMinute: 0, actsPerMinute: 0, actsBurst: 0 },
  });
  community.person("olga", "owner");
  community.person("mona", "moderator");
  community.person("ada");
  const permissions = { view: ["moderator"], send: ["moderator"] };
  community.operator({ type: "channel.create", kind: "text", name: "staff", permissions });
  const [ada, mona, olga] = ["ada", "mona", "olga"].map((name) =>
    community.enter(name, "originchats"),
  );
  if (ada === undefined || mona === undefined || olga === undefined) throw new Error("nobody");
  return { community, ada, mona, olga, line: community.posted(ada, "  first\n words ") };
}

const react = (
  { community, line }: Setting,
  who: SessionId,
  emoji = "👍",
  type: "reaction.add" | "reaction.remove" = "reaction.add",
) => community.as(who, { type, place: line.place, message: line.messageId, emoji });

const pin = (
  { community, line }: Setting,
  who: SessionId,
  type: "pin.add" | "pin.remove" = "pin.add",
) => community.as(who, { type, place: line.place, message: line.messageId });

const present = ({ community, line }: Setting): Message | null | undefined =>
  community.state.recent.get(line.messageId)?.message;

/** Makes the state forget a message's whole form, as it does after many others. */
function forget({ community, line }: Setting): void {
  community.state.recent.delete(line.messageId);
  community.state.recentNumbers.delete(line.number);
  community.state.recentOrder.length = 0;
}

describe("reactions", () => {
  it("are told with the first words of the message, and stand in the order of their coming", () => {
    const set = setUp();
    const event = eventOf(react(set, set.mona), "reaction.added");
    assert.deepEqual(event, {
      type: "reaction.added",
      messageId: set.line.messageId,
      number: set.line.number,
      place: set.line.place,
      author: set.line.author,
      excerpt: "first words",
      emoji: "👍",
      userId: set.community.userId("mona"),
    });
    react(set, set.ada, "🎉");
    react(set, set.ada, "👍");
    assert.deepEqual(present(set)?.reactions, [
      { emoji: "👍", userIds: [set.community.userId("mona"), set.community.userId("ada")] },
      { emoji: "🎉", userIds: [set.community.userId("ada")] },
    ]);
  });

  it("are each person's own, once each", () => {
    const set = setUp();
    assert.deepEqual(outcome(react(set, set.ada, "👍", "reaction.remove")), {
      code: "not_found",
      what: "reaction",
      given: "👍",
    });
    react(set, set.ada);
    assert.deepEqual(outcome(react(set, set.ada)), {
      code: "already_exists",
      what: "reaction",
      given: "👍",
    });
    assert.deepEqual(outcome(react(set, set.mona, "👍", "reaction.remove")), {
      code: "not_found",
      what: "reaction",
      given: "👍",
    });
    assert.deepEqual(outcome(react(set, set.ada, "👍", "reaction.remove")), ["reaction.removed"]);
    assert.equal(present(set)?.reactions, undefined);
  });

  it("need the list of the place, which is asked before the message", () => {
    const set = setUp();
    const { community, line } = set;
    const permissions = { view: ["user"], send: ["user"], react: ["moderator"] };
    community.operator({ type: "channel.create", kind: "text", name: "quiet", permissions });
    const at = (channel: string, message: string) =>
      community.as(set.ada, {
        type: "reaction.add",
        place: community.place(channel),
        message,
        emoji: "👍",
      });
    const need = { code: "not_permitted", need: "react", hidden: false };
    assert.deepEqual(outcome(at("quiet", "nothing")), need);
    const { channelId } = community.place("staff");
    assert.deepEqual(outcome(at("staff", line.messageId)), {
      code: "not_found",
      what: "channel",
      given: channelId,
    });
    assert.deepEqual(outcome(at("general", "nothing")), {
      code: "not_found",
      what: "message",
      given: "nothing",
    });
    const elsewhere = community.posted(set.mona, "elsewhere", "quiet").messageId;
    assert.deepEqual(outcome(at("general", elsewhere)), {
      code: "not_found",
      what: "message",
      given: elsewhere,
    });
  });

  it("have an end: of one emoji, of emojis, of all", () => {
    const set = setUp();
    assert.deepEqual(outcome(react(set, set.ada, "x".repeat(201))), {
      code: "invalid",
      field: "emoji",
      why: "too long",
    });
    assert.deepEqual(outcome(react(set, set.ada, "😀".repeat(200))), ["reaction.added"]);
    for (let n = 1; n < emojisMax; n += 1) react(set, set.ada, `e${n}`);
    const full = { code: "limit_reached", what: "reactions", max: reactionsMax };
    assert.deepEqual(outcome(react(set, set.ada, "one more")), full);
    assert.deepEqual(outcome(react(set, set.mona, "e1")), ["reaction.added"]);
    const crowd = Array.from({ length: reactionsMax }, (_, n) => `u${n}` as UserId);
    const fact = set.community.state.recent.get(set.line.messageId);
    if (fact?.message == null) throw new Error("no fact");
    set.community.state.recent.set(set.line.messageId, {
      ...fact,
      message: { ...fact.message, reactions: [{ emoji: "e1", userIds: crowd }] },
    });
    assert.deepEqual(outcome(react(set, set.ada, "e1")), full);
  });

  it("show, and hold nothing that moves or hides other signs", () => {
    const set = setUp();
    const refused = { code: "invalid", field: "emoji", why: "unseen" };
    for (const emoji of ["\u202Eevil", "a\nb", "\u0007", "\u200D", "\uFE0F", " ", "\u{E0041}a"]) {
      assert.deepEqual(outcome(react(set, set.ada, emoji)), refused, JSON.stringify(emoji));
    }
    const england = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
    for (const emoji of ["❤\uFE0F", "👩\u200D🚀", england, ":known:", "plain words"]) {
      assert.deepEqual(outcome(react(set, set.ada, emoji)), ["reaction.added"], emoji);
    }
  });

  it("are barred by a silence", () => {
    const set = setUp();
    set.community.as(set.mona, { type: "moderation.silence", target: "ada", replace: false });
    assert.deepEqual(outcome(react(set, set.ada)), { code: "silenced", untilMs: null });
  });
});

describe("pins", () => {
  it("need the list of the channel and stand in the message", () => {
    const set = setUp();
    assert.deepEqual(outcome(pin(set, set.ada)), {
      code: "not_permitted",
      need: "pin",
      hidden: false,
    });
    const event = eventOf(pin(set, set.olga), "pin.added");
    assert.equal(event?.byId, set.community.userId("olga"));
    assert.equal(event?.excerpt, "first words");
    assert.equal(present(set)?.pinned, true);
    pin(set, set.olga, "pin.remove");
    assert.equal(present(set)?.pinned, undefined);
  });

  it("are told again where nothing changes, as the original does", () => {
    const set = setUp();
    pin(set, set.olga);
    assert.deepEqual(outcome(pin(set, set.olga)), ["pin.added"]);
    assert.deepEqual(outcome(pin(set, set.olga, "pin.remove")), ["pin.removed"]);
    assert.deepEqual(outcome(pin(set, set.olga, "pin.remove")), ["pin.removed"]);
  });

  it("are for messages of the channel that are there", () => {
    const set = setUp();
    const { community, line } = set;
    const at = (channel: string, message: MessageId) =>
      community.as(set.olga, { type: "pin.add", place: community.place(channel), message });
    community.as(set.ada, { type: "message.delete", message: line.messageId });
    assert.deepEqual(outcome(at("general", line.messageId)), {
      code: "not_found",
      what: "message",
      given: line.messageId,
    });
  });
});

describe("an edit", () => {
  it("changes neither pin nor reactions", () => {
    const set = setUp();
    react(set, set.mona);
    pin(set, set.olga);
    set.community.as(set.ada, {
      type: "message.edit",
      message: set.line.messageId,
      content: { text: "other words", markup: "markdown" },
    });
    const now = present(set);
    assert.equal(now?.content.text, "other words");
    assert.equal(now?.pinned, true);
    assert.equal(now?.reactions?.length, 1);
  });

  it("of an action takes off the italics in which the action was shown", () => {
    const set = setUp();
    const { community } = set;
    const posted = eventOf(
      community.as(set.ada, {
        type: "message.post",
        place: community.place("general"),
        kind: "action",
        content: { text: "waves", markup: "bbcode" },
      }),
      "message.posted",
    )?.message;
    const edited = (text: string) =>
      eventOf(
        community.as(set.ada, {
          type: "message.edit",
          message: posted?.messageId ?? "",
          content: { text, markup: "markdown" },
        }),
        "message.edited",
      )?.message.content.text;
    assert.equal(edited("_waves twice_"), "waves twice");
    assert.equal(edited("waves again"), "waves again");
    assert.equal(edited("__"), "__");
  });
});

describe("what happens to a message that the state no longer remembers whole", () => {
  it("is put upon what a lookup finds, unless that has it already", () => {
    const set = setUp();
    const { community, line } = set;
    const before = line;
    forget(set);
    react(set, set.mona);
    pin(set, set.olga);
    assert.equal(community.state.recent.has(line.messageId), false);
    assert.deepEqual(violations(community.state), []);
    const late = {
      kind: "reacted",
      emoji: "👍",
      userId: community.userId("mona"),
      added: true,
    } as const;
    assert.deepEqual(found(set, before, 0), {
      ...withChange(before, late),
      pinned: true,
    });
    const through = community.state.seq - 1;
    assert.deepEqual(found(set, withChange(before, late), through), {
      ...withChange(before, late),
      pinned: true,
    });
    assert.deepEqual(outcome(react(set, set.mona)), {
      code: "already_exists",
      what: "reaction",
      given: "👍",
    });
  });

  it("is refused as busy where a lookup may have missed what was lost", () => {
    const set = setUp();
    forget(set);
    react(set, set.mona);
    set.community.state.touchedThrough = set.community.state.seq;
    assert.equal(found(set, set.line, set.community.state.seq - 1), "busy");
  });

  it("is forgotten with the message", () => {
    const set = setUp();
    forget(set);
    react(set, set.mona);
    set.community.as(set.ada, { type: "message.delete", message: set.line.messageId });
    assert.equal(set.community.state.touches.size, 0);
    assert.deepEqual(violations(set.community.state), []);
  });
});

/** A message as a decision sees it when the projection had it at a sequence. */
function found({ community, line }: Setting, message: Message, through: number): Message | string {
  const command = community.command("s" as SessionId, {
    type: "pin.add",
    place: line.place,
    message: line.messageId,
  });
  const inputs = {
    ...community.inputs(command),
    lookups: { messages: new Map([[line.messageId as string, { through, message }]]) },
  };
  const context = {
    state: community.state,
    inputs,
    nowMs: community.nowMs,
    asker: { kind: "core" },
  } as const;
  const result = messageByRef(context as never, line.messageId, undefined);
  return result.ok ? result.value : result.rejection.code;
}
