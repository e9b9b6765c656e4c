import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { excerptCodePointsMax, type SessionId } from "@dragoman/bus-schema";
import { excerptOf } from "./excerpt.ts";
import { eventOf, House } from "./given.ts";

function scene() {
  const house = new House();
  house.person("ada");
  house.person("ben");
  return { house, ada: house.enter("ada", "originchats"), ben: house.enter("ben", "sockchat") };
}

/** What a post becomes whose first line is `> name: words`. */
function quoting(house: House, who: SessionId, name: string, words: string, text = "an answer") {
  const decision = house.as(who, {
    type: "message.post",
    place: house.place("general"),
    kind: "text",
    content: { text: `> ${name}: ${words}\n${text}`, markup: "bbcode" },
    quote: { name, words },
  });
  return eventOf(decision, "message.posted")?.message;
}

describe("an excerpt", () => {
  it("is one line of at most so many code points", () => {
    const { house, ada } = scene();
    assert.equal(excerptOf(house.posted(ada, "a\n\tb   c")), "a b c");
    const long = excerptOf(house.posted(ada, "😀".repeat(500)));
    assert.equal(Array.from(long).length, excerptCodePointsMax);
  });
});

describe("a quote", () => {
  it("of a recent message by its author's name and first words becomes a reply", () => {
    const { house, ada, ben } = scene();
    const line = house.posted(ada, "What about\ntomorrow, then?");
    house.as(ada, { type: "user.nick", nickname: "lady day", temporary: false });
    for (const [name, words] of [
      ["ada", "What about tomorrow…"],
      ["ADA", "what about"],
      ["~ada", "What about tomorrow, then?"],
      ["~lady_day", "What about tomorrow"],
      ["<AFK>_ada", "What  about..."],
    ] as const) {
      const reply = quoting(house, ben, name, words);
      assert.equal(reply?.content.text, "an answer", name);
      assert.deepEqual(reply?.replyTo, {
        messageId: line.messageId,
        author: line.author,
        excerpt: "What about tomorrow, then?",
      });
    }
  });

  it("means the newest that fits", () => {
    const { house, ada, ben } = scene();
    house.posted(ada, "same words, old");
    const newer = house.posted(ada, "same words, new");
    assert.equal(quoting(house, ben, "ada", "same words")?.replyTo?.messageId, newer.messageId);
  });

  it("of nothing that is there stays text", () => {
    const { house, ada, ben } = scene();
    house.posted(ada, "some words");
    for (const [name, words] of [
      ["ada", "other words"],
      ["ben", "some words"],
      ["nobody", "some words"],
      ["ada", "…"],
    ] as const) {
      const message = quoting(house, ben, name, words);
      assert.equal(message?.replyTo, undefined);
      assert.equal(message?.content.text, `> ${name}: ${words}\nan answer`);
    }
    const alone = quoting(house, ben, "ada", "some words", "  ");
    assert.equal(alone?.content.text, "> ada: some words");
  });
});
