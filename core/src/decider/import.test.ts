/** Messages and people move in: given, when, then (docs/decisions/import.md). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type ChannelId,
  Event as EventShape,
  type ImportedMessage,
  type ImportedPerson,
  type OptionId,
  type PollId,
  type ThreadId,
  type UserId,
} from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { placeKey } from "../state/find.ts";
import { cursorsOf } from "../state/imported.ts";
import {
  ada,
  assertWhole,
  ben,
  bringing,
  id,
  message,
  moveIn,
  peopled,
  postedIn,
} from "../testing/moving-in.ts";

describe("import.messages", () => {
  it("makes events that fit the contract of whatever fits it as a command, for they are not checked again", () => {
    const community = peopled();
    const last = Number.MAX_SAFE_INTEGER;
    const given = [
      message(community, 1, { createdAtUs: last - 1 }),
      message(community, 2, { createdAtUs: 0, pinned: true, ping: false }),
    ];
    const decision = community.operator(bringing(null, "c2", given));
    assert.ok(decision.ok);
    for (const event of decision.events) assert.deepEqual(EventShape.parse(event), event);
    // Behind the last time there is none.
    const next = community.operator(bringing("c2", "c3", [message(community, 3)]));
    assert.deepEqual(outcome(next), { code: "invalid", field: "createdAtUs", why: "range" });
  });

  it("keeps ids and times, numbers them, and tells of them by one event that nobody is told", () => {
    const community = peopled();
    const reactions = [{ emoji: "👍", userIds: [ben] }];
    const decision = community.operator(
      bringing(null, "2", [
        message(community, 1, { pinned: true, reactions }),
        message(community, 2, { replyTo: { messageId: id(1), author: { kind: "system" } } }),
      ]),
    );
    assert.deepEqual(outcome(decision), ["message.deleted", "import.stored"]);
    const [one, two] = postedIn(decision);
    assert.deepEqual(
      [one?.messageId, one?.number, one?.createdAtUs, one?.reactions, one?.pinned],
      [id(1), 2, 1_600_000_000_000_001, reactions, true],
    );
    assert.deepEqual([two?.number, two?.replyTo?.messageId], [3, id(1)]);
    assertWhole(community);
  });

  it("takes the line away which says that the channel was made, for the history begins before it", () => {
    const community = peopled();
    const place = community.place("general");
    assert.equal(community.state.rings.get(placeKey(place))?.entries.length, 1);
    community.operator(bringing(null, "1", [message(community, 1)]));
    const ring = community.state.rings.get(placeKey(place))?.entries ?? [];
    assert.deepEqual(
      ring.map(({ messageId, createdAtUs }) => [messageId, createdAtUs]),
      [[id(1), 1_600_000_000_000_001]],
    );
  });

  it("takes each piece once: whoever goes on from another place is told that it has moved on", () => {
    const community = peopled();
    const first = bringing(null, "1", [message(community, 1)]);
    assert.equal(community.operator(first).ok, true);
    assert.deepEqual(outcome(community.operator(first)), {
      code: "invalid",
      field: "from",
      why: "moved on",
    });
    assert.equal(community.operator(bringing("1", "2", [message(community, 2)])).ok, true);
    assert.deepEqual(cursorsOf(community.state, "old", undefined), [
      { key: "general", cursor: "2" },
    ]);
    assert.deepEqual(cursorsOf(community.state, "ol", undefined), []);
    assert.equal(community.state.lastMessageNumber, 3);
  });

  it("raises a time that would stand before what the place holds already", () => {
    const community = peopled();
    community.person("mona");
    const said = community.posted(community.enter("mona", "sockchat"), "here before");
    const decision = community.operator(
      bringing(null, "2", [message(community, 1), message(community, 2)]),
    );
    assert.deepEqual(
      postedIn(decision).map(({ createdAtUs }) => createdAtUs),
      [said.createdAtUs + 1, said.createdAtUs + 2],
    );
    assertWhole(community);
  });

  it("leaves the facts of what people do now in their place", () => {
    const community = peopled();
    community.person("mona");
    const mona = community.enter("mona", "originchats");
    const { messageId } = community.posted(mona, "now");
    community.operator(bringing(null, "1", [message(community, 1)]));
    assert.equal(community.state.recent.has(messageId), true);
    assert.equal(community.state.recent.has(id(1)), false);
    assert.equal(community.state.spends.has(ada), false);
  });

  it("takes an open poll with its votes in, and one that is over as what it is", () => {
    const community = peopled();
    const poll = (n: number, endedAtUs: number | null): NonNullable<ImportedMessage["poll"]> => ({
      pollId: `00000000-0000-4000-b000-00000000000${n}` as PollId,
      creatorId: ada,
      createdAtUs: 1,
      question: "Tea?",
      options: ["yes", "no"].map((text) => ({
        optionId: text as OptionId,
        text,
        votes: text === "yes" ? 1 : 0,
      })),
      multi: false,
      endsMs: null,
      endedAtUs,
    });
    const votes = [{ userId: ben, optionIds: ["yes" as OptionId] }];
    const bare = { content: { text: "", markup: "markdown" } } as const;
    const open = message(community, 1, { ...bare, poll: poll(1, null), votes });
    const over = message(community, 2, { ...bare, poll: poll(2, 5), votes });
    const decision = community.operator(bringing(null, "2", [open, over]));
    assert.equal(decision.ok, true);
    assert.deepEqual([...community.state.polls.keys()], [open.poll?.pollId]);
    assertWhole(community);
    const miscounted = message(community, 3, { ...bare, poll: poll(3, null), votes: [] });
    assert.equal(community.operator(bringing("2", "3", [miscounted])).ok, false);
  });

  it("takes nothing of what names somebody or a place that is not there", () => {
    const community = peopled();
    const nobody = { kind: "user", userId: "nobody" as UserId } as const;
    const nowhere = { channelId: "00000000-0000-4000-8000-00000000ffff" as ChannelId };
    for (const wrong of [
      message(community, 1, { author: nobody }),
      message(community, 1, { reactions: [{ emoji: "a", userIds: ["nobody" as UserId] }] }),
      message(community, 1, { place: nowhere }),
      message(community, 1, {
        place: { ...community.place("general"), threadId: nowhere.channelId as never as ThreadId },
      }),
    ]) {
      assert.equal(
        community.operator(bringing(null, "1", [message(community, 2), wrong])).ok,
        false,
      );
    }
    assert.equal(community.state.lastMessageNumber, 1);
    assert.deepEqual(cursorsOf(community.state, "old", undefined), []);
  });

  it("is an operator's alone", () => {
    const community = peopled();
    community.person("olga", "owner");
    const decision = community.as(
      community.enter("olga", "originchats"),
      bringing(null, "1", [message(community, 1)]),
    );
    assert.deepEqual(outcome(decision), {
      code: "not_permitted",
      need: "operator",
      hidden: false,
    });
  });
});

describe("import.person", () => {
  it("makes the account under the id it had, once, with all that it brings", () => {
    const community = new Community();
    const person = {
      userId: ada,
      nickname: "The Countess",
      banned: { reason: "", untilMs: null },
      identities: [{ provider: "rotur", id: "r1", name: "ada", color: null }],
    } as const satisfies Partial<ImportedPerson>;
    const first = moveIn(community, { ...person, identities: [...person.identities] });
    assert.deepEqual(outcome(first), ["import.stored"]);
    assert.deepEqual(outcome(moveIn(community, { userId: ada })), []);
    const { user } = community.state.people.get(ada) ?? {};
    assert.deepEqual([user?.name, user?.nickname], ["ada", "The Countess"]);
    assert.equal(community.state.bans.get(ada)?.kind, "ban");
    const other = moveIn(community, { userId: ben, identities: [...person.identities] });
    assert.deepEqual(outcome(other), { code: "already_exists", what: "user", given: ada });
    assertWhole(community);
  });

  it("gives a name that is taken, looks like one, or is none, in a form that is free", () => {
    const community = new Community();
    community.person("ada");
    moveIn(community, { userId: ada });
    moveIn(community, { userId: ben, name: "аdа" });
    moveIn(community, { userId: "old_x" as UserId, name: "a b/c" });
    const named = [ada, ben, "old_x" as UserId].map((each) => community.state.people.get(each));
    assert.equal(named[0]?.user.name, "ada-2");
    assert.notEqual(named[1]?.user.name.toLowerCase(), "ada");
    assert.equal(named[2]?.user.name, "a_bc");
    assertWhole(community);
  });

  it("keeps the number that it had where that is free", () => {
    const community = new Community();
    moveIn(community, { userId: ada, number: 7 as never });
    moveIn(community, { userId: ben, number: 7 as never });
    const numbers = [ada, ben].map((each) => community.state.people.get(each)?.user.number);
    assert.deepEqual(numbers, [7, 1_000_000_000]);
  });
});

describe("import.revise", () => {
  it("changes the words of a message, or takes it away, as people see it, and finds it in no other place", () => {
    const community = peopled();
    const decision = community.operator(
      bringing(null, "2", [message(community, 1), message(community, 2)]),
    );
    // What came in is looked up: the state keeps no facts of it.
    for (const posted of postedIn(decision)) community.messages.set(posted.messageId, posted);
    const place = community.place("general");
    const changed = {
      content: { text: "other words", markup: "markdown" } as const,
      editedAtUs: 1_600_000_000_000_005,
    };
    const edited = community.operator({ type: "import.revise", place, messageId: id(1), changed });
    const after = eventOf(edited, "message.edited");
    assert.deepEqual(
      [
        after?.message.content,
        after?.message.editedAtUs,
        after?.message.createdAtUs,
        after?.recent,
      ],
      [changed.content, changed.editedAtUs, 1_600_000_000_000_001, true],
    );
    const nowhere = { channelId: "00000000-0000-4000-8000-00000000ffff" as ChannelId };
    const elsewhere = community.operator({
      type: "import.revise",
      place: nowhere,
      messageId: id(2),
    });
    assert.deepEqual(outcome(elsewhere), { code: "not_found", what: "message", given: id(2) });
    const gone = community.operator({ type: "import.revise", place, messageId: id(2) });
    assert.deepEqual(outcome(gone), ["message.deleted"]);
    assert.equal(eventOf(gone, "message.deleted")?.newest?.messageId, id(1));
    assert.equal(community.operator({ type: "import.revise", place, messageId: id(2) }).ok, false);
    assertWhole(community);
  });
});

describe("import.merge", () => {
  it("makes two accounts one by the operator's word, once, and lets nobody out of a ban", () => {
    const community = peopled();
    community.person("mona");
    const mona = community.person("mona2");
    const cyd = "old_cyd" as UserId;
    moveIn(community, { userId: cyd, banned: { reason: "", untilMs: null } });
    const merge = (fromId: UserId, intoId: UserId) =>
      outcome(community.operator({ type: "import.merge", fromId, intoId }));
    assert.deepEqual(merge(ada, mona), ["user.merged"]);
    assert.equal(community.state.people.get(ada)?.mergedInto, mona);
    assert.deepEqual(merge(ada, mona), []);
    assert.deepEqual(merge(ben, ada), { code: "not_found", what: "user", given: ada });
    assert.deepEqual(merge(ben, ben), []);
    assert.equal((merge(cyd, mona) as { code: string }).code, "banned");
    assert.equal((merge(ben, cyd) as { code: string }).code, "banned");
    assertWhole(community);
  });
});
