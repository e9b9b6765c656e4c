import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { excerptCodePointsMax, excerptOf, type SessionId } from "@dragoman/bus-schema";
import { Community, eventOf } from "@dragoman/testing/community";

function setUp() {
  const community = new Community();
  community.person("ada");
  community.person("ben");
  return {
    community,
    ada: community.enter("ada", "originchats"),
    ben: community.enter("ben", "sockchat"),
  };
}

/** What a post becomes whose first line is `> name: words`. */
function quoting(
  community: Community,
  who: SessionId,
  name: string,
  words: string,
  text = "an answer",
) {
  const decision = community.as(who, {
    type: "message.post",
    place: community.place("general"),
    kind: "text",
    content: { text: `> ${name}: ${words}\n${text}`, markup: "bbcode" },
    quote: { name, words },
  });
  return eventOf(decision, "message.posted")?.message;
}

describe("an excerpt", () => {
  it("is one line of at most so many code points", () => {
    const { community, ada } = setUp();
    assert.equal(excerptOf(community.posted(ada, "a\n\tb   c")), "a b c");
    const long = excerptOf(community.posted(ada, "😀".repeat(500)));
    assert.equal(Array.from(long).length, excerptCodePointsMax);
  });

  it("has every word that a reader sees, and no tag", () => {
    const { community, ada } = setUp();
    const line = community.posted(ada, "words");
    const excerptIn = (markup: "markdown" | "bbcode", text: string): string =>
      excerptOf({ ...line, content: { text, markup } });
    for (const text of [
      "snake_case 2*3*4",
      "see [1 for the rest of it",
      "arr[0]",
      "[note] read me",
      "- [x] done",
    ]) {
      assert.equal(excerptIn("markdown", text), text);
      assert.equal(excerptIn("bbcode", text), text);
    }
    assert.equal(excerptIn("bbcode", "[b]a [i]b[/b] c[/i] [url=http://x.org]d[/url]"), "a b c d");
    assert.equal(excerptIn("bbcode", "it was [spoiler]olga[/spoiler]"), "it was [spoiler]");
    assert.equal(excerptIn("markdown", "**a** `b` [c](http://x.org)\n# d"), "a b c d");
    assert.equal(excerptIn("markdown", "it was ||olga||"), "it was [spoiler]");
  });

  it("ends between letters as readers see them, and in no address", () => {
    const { community, ada } = setUp();
    const line = community.posted(ada, "words");
    const excerptIn = (text: string): string =>
      excerptOf({ ...line, content: { text, markup: "markdown" } });
    assert.equal(excerptIn("🇩🇪".repeat(80)), "🇩🇪".repeat(60));
    assert.equal(excerptIn(`a${"👩‍👩‍👧".repeat(40)}`), `a${"👩‍👩‍👧".repeat(23)}`);
    assert.equal(excerptIn(`see https://e.org/${"a".repeat(150)} there`), "see");
  });
});

describe("a quote", () => {
  it("of a recent message by its author's name and first words becomes a reply", () => {
    const { community, ada, ben } = setUp();
    const line = community.posted(ada, "What about\ntomorrow, then?");
    community.as(ada, { type: "user.nick", nickname: "lady day", temporary: false });
    for (const [name, words] of [
      ["ada", "What about tomorrow…"],
      ["ADA", "what about"],
      ["ada", "What about tomorrow, then?"],
      ["lady_day", "What about tomorrow"],
      ["lady day", "What  about..."],
    ] as const) {
      const reply = quoting(community, ben, name, words);
      assert.equal(reply?.content.text, "an answer", name);
      assert.deepEqual(reply?.replyTo, {
        messageId: line.messageId,
        author: line.author,
        excerpt: "What about tomorrow, then?",
      });
    }
  });

  it("may leave out the tags that were typed", () => {
    const { community, ada, ben } = setUp();
    const line = community.posted(ada, "plain");
    community.as(ben, {
      type: "message.post",
      place: community.place("general"),
      kind: "text",
      content: { text: "so [b]very[/b] good", markup: "bbcode" },
    });
    const reply = quoting(community, ada, "ben", "so very good");
    assert.equal(reply?.replyTo?.excerpt, "so very good");
    assert.notEqual(reply?.replyTo?.messageId, line.messageId);
  });

  it("means the newest that fits", () => {
    const { community, ada, ben } = setUp();
    community.posted(ada, "same words, old");
    const newer = community.posted(ada, "same words, new");
    assert.equal(quoting(community, ben, "ada", "same words")?.replyTo?.messageId, newer.messageId);
  });

  it("of nothing that is there stays text", () => {
    const { community, ada, ben } = setUp();
    community.posted(ada, "some words");
    for (const [name, words] of [
      ["ada", "other words"],
      ["ben", "some words"],
      ["nobody", "some words"],
      ["ada", "…"],
    ] as const) {
      const message = quoting(community, ben, name, words);
      assert.equal(message?.replyTo, undefined);
      assert.equal(message?.content.text, `> ${name}: ${words}\nan answer`);
    }
    const alone = quoting(community, ben, "ada", "some words", "  ");
    assert.equal(alone?.content.text, "> ada: some words");
  });
});
