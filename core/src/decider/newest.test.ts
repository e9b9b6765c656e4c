import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Community, eventOf, outcome } from "@dragoman/testing/community";

function setUp() {
  const community = new Community();
  community.person("olga", "owner");
  community.person("ada");
  community.person("ben");
  const permissions = { view: ["owner"], send: ["owner"] };
  community.operator({ type: "channel.create", kind: "text", name: "vault", permissions });
  const [olga, ada, ben] = ["olga", "ada", "ben"].map((name) =>
    community.enter(name, "originchats"),
  );
  if (olga === undefined || ada === undefined || ben === undefined) throw new Error("nobody");
  return { community, olga, ada, ben };
}

const thumb = (community: Community, name: string | null, channel = "general") =>
  ({
    type: "reaction.add",
    place: community.place(channel),
    message: { newestBy: name },
    emoji: "👍",
  }) as const;

describe("the newest message of a place", () => {
  it("is by whoever is called so, or by any person", () => {
    const { community, ada, ben, olga } = setUp();
    const first = community.posted(ada, "one");
    const second = community.posted(ben, "two");
    const by = (name: string | null) =>
      eventOf(community.as(olga, thumb(community, name)), "reaction.added")?.messageId;
    assert.equal(by("ada"), first.messageId);
    assert.equal(by(null), second.messageId);
    community.as(ben, { type: "message.delete", message: second.messageId });
    community.as(olga, { ...thumb(community, null), type: "reaction.remove", emoji: "👍" });
    assert.equal(by(null), first.messageId);
  });

  it("is none where nobody of that name, or only others, have written", () => {
    const { community, ada } = setUp();
    community.posted(ada, "one");
    for (const name of ["ben", "nobody"]) {
      const refused = outcome(community.as(ada, thumb(community, name)));
      assert.deepEqual(refused, { code: "not_found", what: "message", given: name });
    }
  });

  it("of a hidden place is what it is of no place", () => {
    const { community, olga, ada } = setUp();
    community.as(olga, {
      type: "message.post",
      place: community.place("vault"),
      kind: "text",
      content: { text: "secret", markup: "markdown" },
    });
    const ask = { ...thumb(community, "olga", "vault") };
    const nowhere = { channelId: "00000000-0000-4000-8000-000000000000" as never };
    const refused = (place: typeof ask.place) => ({
      ...(outcome(community.as(ada, { ...ask, place })) as object),
      given: "",
    });
    assert.deepEqual(refused(ask.place), { code: "not_found", what: "channel", given: "" });
    assert.deepEqual(refused(ask.place), refused(nowhere));
    assert.deepEqual(outcome(community.as(olga, ask)), ["reaction.added"]);
  });

  it("can be edited by who wrote it alone, whoever names it", () => {
    const { community, ada, ben } = setUp();
    community.posted(ada, "one");
    const edit = {
      type: "message.edit",
      place: community.place("general"),
      message: { newestBy: "ada" },
      content: { text: "two", markup: "bbcode" },
    } as const;
    const refused = outcome(community.as(ben, edit));
    assert.equal((refused as { readonly need?: string }).need, "author");
    const edited = eventOf(community.as(ada, edit), "message.edited");
    assert.equal(edited?.message.content.text, "two");
  });
});
