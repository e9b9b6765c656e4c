/** The gist of a record says to a roster what the record says, in one line of ASCII (docs/journal.md 4.9). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Batch } from "./envelope.ts";
import type { Carried, Event } from "./event/index.ts";
import { decodeGist, gistOf } from "./gist.ts";

type Message = Extract<Carried, { type: "message.posted" }>["message"];

const idOf = (n: number): string => `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;

const posted = (n: number, place: object, text = `words ${n}`): Carried => ({
  type: "message.posted",
  message: {
    messageId: idOf(n),
    number: n,
    place,
    author: { kind: "user", userId: "ada" },
    kind: "text",
    content: { text, markup: "markdown" },
    createdAtUs: 1_000 + n,
    reactions: [{ emoji: "👍", userIds: ["ben"] }],
  } as unknown as Message,
});

const recordOf = (...events: readonly Event[]): Batch => ({
  v: 2,
  id: "r2",
  term: 3,
  prev: "r1",
  at: 5,
  commits: [
    {
      cause: {
        commandId: "operator_x.1" as Batch["commits"][number]["cause"]["commandId"],
        actor: "operator",
      },
      events: [...events],
    },
  ],
});

const brought = (...events: readonly Carried[]): Event => ({
  type: "import.stored",
  progress: { source: "old", key: "Ärger\n", cursor: "ü" },
  events: [...events],
});

describe("a gist", () => {
  it("keeps the record's place in the journal and each place's newest message without words", () => {
    const [one, two] = [{ channelId: idOf(101) }, { channelId: idOf(101), threadId: idOf(201) }];
    const record = recordOf(brought(posted(1, one), posted(2, two), posted(3, one)));
    const gist = decodeGist(gistOf(record) ?? "");
    assert.ok(gist.ok);
    const { commits, ...head } = gist.value.batch;
    const { commits: whole, ...headOfAll } = record;
    assert.deepEqual(head, headOfAll);
    assert.deepEqual(commits[0]?.cause, whole[0]?.cause);
    const [event] = commits[0]?.events ?? [];
    assert.ok(event?.type === "import.stored");
    const messages = event.events.map((each) => each.type === "message.posted" && each.message);
    const wordless = {
      author: { kind: "system" },
      kind: "text",
      content: { text: "", markup: "markdown" },
    };
    assert.deepEqual(messages, [
      { messageId: idOf(3), number: 3, place: one, createdAtUs: 1_003, ...wordless },
      { messageId: idOf(2), number: 2, place: two, createdAtUs: 1_002, ...wordless },
    ]);
  });

  it("keeps who came along and whatever else happened in the record", () => {
    const left: Carried = { type: "user.departed", userId: "ben" as never, byId: null };
    const other: Event = { type: "leader.started", coreId: "one" };
    const gist = decodeGist(
      gistOf(
        recordOf(
          brought(left, posted(1, { channelId: idOf(100) }), posted(2, { channelId: idOf(100) })),
          other,
        ),
      ) ?? "",
    );
    assert.ok(gist.ok);
    const [event, second] = gist.value.batch.commits[0]?.events ?? [];
    assert.ok(event?.type === "import.stored");
    assert.deepEqual(event.events[0], left);
    assert.deepEqual(second, other);
  });

  it("is one line of ASCII, whatever people are called", () => {
    const named: Carried = {
      type: "user.nicknamed",
      userId: "ben" as never,
      nickname: "Ünï\u{1f600}\u2028",
      before: null,
      byId: null,
    };
    const text =
      gistOf(
        recordOf(
          brought(named, posted(1, { channelId: idOf(100) }), posted(2, { channelId: idOf(100) })),
        ),
      ) ?? "";
    assert.match(text, /^[ -~]+$/);
    const gist = decodeGist(text);
    const [event] = (gist.ok && gist.value.batch.commits[0]?.events) || [];
    assert.ok(event?.type === "import.stored");
    assert.deepEqual(event.events[0], named);
  });

  it("is made of a record alone that is long by what a roster passes over", () => {
    assert.equal(gistOf(recordOf({ type: "leader.started", coreId: "one" })), undefined);
    assert.equal(gistOf(recordOf(brought(posted(1, { channelId: idOf(100) })))), undefined);
    const many = Array.from({ length: 100 }, (_, n) => posted(n + 1, { channelId: idOf(n) }));
    assert.equal(gistOf(recordOf(brought(...many))), undefined);
  });
});
