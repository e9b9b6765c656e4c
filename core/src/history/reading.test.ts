import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Message, Place, UserId } from "@dragoman/bus-schema";
import { messageId } from "@dragoman/testing/people";
import {
  ada,
  deleted,
  edited,
  general,
  message,
  posted,
  random,
  record,
} from "@dragoman/testing/record";
import fc from "fast-check";
import { advanceOf } from "./change.ts";
import { userToken } from "./mention.ts";
import { Projection } from "./projection.ts";

const always = (): boolean => false;
const ben = "ben" as UserId;

/** Without a small place: what is long enough is found by the index. */
const indexed = (): Projection => new Projection(":memory:", { waitMs: 0, smallMax: 0 });

function filled(...events: Event[]): Projection {
  return fill(new Projection(":memory:"), events);
}

function fill(projection: Projection, events: readonly Event[]): Projection {
  events.forEach((event, index) => {
    projection.apply([advanceOf(record(index + 1, event))], always);
  });
  return projection;
}

const say = (number: number, text: string, place: Place = general): Event => ({
  type: "message.posted",
  message: message(number, place, text),
});

const parsed = ({ messages }: { readonly messages: readonly string[] }): Message[] =>
  messages.map((json) => JSON.parse(json) as Message);
const numbers = (found: { readonly messages: readonly string[] }): number[] =>
  parsed(found).map(({ number }) => number);

function search(projection: Projection, text: string, place: Place = general): number[] {
  return numbers(projection.reading.search({ place, text, limit: 50 }));
}

const about = (number: number, place: Place = general) => ({
  messageId: messageId(number),
  number: message(number).number,
  place,
  author: message(number).author,
  excerpt: "",
});
const pin = (number: number, pinned = true): Event => ({
  type: pinned ? "pin.added" : "pin.removed",
  ...about(number),
  byId: ada,
});
const react = (number: number, userId: UserId, emoji = "👍", added = true): Event => ({
  type: added ? "reaction.added" : "reaction.removed",
  ...about(number),
  emoji,
  userId,
});

test("many places are searched in their order, as far as time and letters reach", () => {
  const place = (n: number): Place => ({ ...general, threadId: `t${n}` as never });
  const places = [0, 1, 2, 3].map(place);
  const projection = filled(
    ...[1, 2, 3, 4].map((n) => say(n, `heron ${n}`, place(n - 1))),
    say(5, "heron again", place(1)),
  );
  const all = places.map(() => true);
  const find = (isSearched: readonly boolean[], nowMs: () => number, limit = 50) => {
    const query = { type: "message.matches", places, text: "heron", limit } as const;
    const found = projection.reading.matches(query, isSearched, nowMs);
    return [numbers(found), found.searched];
  };
  assert.deepEqual(
    find(all, () => 0),
    [[1, 5, 2, 3, 4], 4],
  );
  assert.deepEqual(
    find(all, () => 0, 1),
    [[1, 5, 3, 4], 4],
  );
  assert.deepEqual(
    find([true, false, true, true], () => 0),
    [[1, 3, 4], 4],
  );
  let ms = 0;
  const slow = (): number => {
    ms += 30;
    return ms;
  };
  assert.deepEqual(find(all, slow), [[1, 5, 2], 2]);
  const long = filled(...[1, 2].map((n) => say(n, `heron ${"x".repeat(200_000)}`, place(n))));
  const query = { type: "message.matches", places, text: "heron", limit: 50 } as const;
  const found = long.reading.matches(query, all, () => 0);
  assert.deepEqual([numbers(found), found.searched], [[1], 2]);
});

test("a search finds substrings whatever the case, newest first, in one place alone", () => {
  const projection = fill(indexed(), [
    say(1, "Needle in a haystack"),
    say(2, "needles", random),
    say(3, "NEEDLE"),
    say(4, "Ä ÖDE Straße"),
    say(5, 'a "quoted" * word'),
  ]);
  assert.deepEqual(search(projection, "needle"), [3, 1]);
  assert.deepEqual(search(projection, "eEdL"), [3, 1]);
  assert.deepEqual(search(projection, "needle", random), [2]);
  assert.deepEqual(search(projection, "ä öde"), [4]);
  assert.deepEqual(search(projection, "STRASSE"), []);
  assert.deepEqual(search(projection, '"quoted" *'), [5]);
  assert.deepEqual(search(projection, "öd"), [4]);
  assert.deepEqual(search(projection, "n"), [3, 1]);
  assert.deepEqual(search(projection, "needle\0"), []);
  projection.close();
});

test("a search follows edits and deletions", () => {
  const projection = fill(indexed(), [
    say(1, "first words"),
    say(2, "first thing"),
    edited(1, "other words"),
    deleted(2),
  ]);
  assert.deepEqual(search(projection, "first"), []);
  assert.deepEqual(search(projection, "other"), [1]);
  projection.close();
});

test("a search finds what a plain look through all texts finds", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "B", "é", " ", "ß", "😀", '"'),
    maxLength: 8,
  });
  const step = fc.tuple(fc.constantFrom("post", "edit", "delete"), fc.nat(30), text, fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), text, fc.nat(5), (steps, wanted, size) => {
      const model = new Map<number, Message>();
      let last = 0;
      const projection = size % 2 === 0 ? indexed() : new Projection(":memory:");
      const changes = steps.flatMap(([kind, n, said, elsewhere]): Event[] => {
        if (kind === "post") {
          const place = elsewhere ? random : general;
          last += 1 + n;
          const number = last;
          model.set(number, message(number, place, said));
          return [say(number, said, place)];
        }
        const known = [...model.values()][n % Math.max(1, model.size)];
        if (known === undefined) return [];
        if (kind === "delete") {
          model.delete(known.number);
          return [deleted(known.number, known.place)];
        }
        const changed = { ...known, content: { ...known.content, text: said } };
        model.set(known.number, changed);
        return [{ type: "message.edited", message: changed, recent: true }];
      });
      // Several records of one transaction are gathered into one change of the index.
      const records = changes.map((event, index) => advanceOf(record(index + 1, event)));
      let rest = records;
      while (rest.length > 0) {
        let left = size;
        rest = rest.slice(projection.apply(rest, () => left-- <= 0));
      }
      const found = [...model.values()]
        .filter(({ place }) => place === general)
        .filter(({ content }) => content.text.toLowerCase().includes(wanted.toLowerCase()))
        .map(({ number }) => number)
        .sort((a, b) => b - a);
      if (wanted !== "") assert.deepEqual(search(projection, wanted), found);
      projection.close();
    }),
    { numRuns: 200 },
  );
});

test("what stands around a message: it itself, newer above, older below, and where it begins", () => {
  const projection = filled(...[1, 2, 3, 4, 5].map((n) => posted(n)), posted(6, random));
  const around = (n: number, above: number, below: number, place: Place = general) => {
    const found = projection.reading.around({
      type: "message.around",
      place,
      messageId: messageId(n),
      above,
      below,
    });
    return [numbers(found), found.start];
  };
  assert.deepEqual(around(3, 1, 1), [[2, 3, 4], 1]);
  assert.deepEqual(around(5, 50, 50), [[1, 2, 3, 4, 5], 0]);
  assert.deepEqual(around(5, 50, 0), [[5], 4]);
  assert.deepEqual(around(1, 2, 50), [[1, 2, 3], 0]);
  assert.deepEqual(around(6, 2, 2), [[], 0], "it stands elsewhere");
  assert.deepEqual(around(9, 2, 2), [[], 0], "there is none");
  projection.close();
});

test("one message is found in its channel, in its thread too, and nowhere else", () => {
  const thread = { ...general, threadId: messageId(77) } as unknown as Place;
  const projection = filled(posted(1), posted(2, thread), posted(3, random));
  const one = (n: number, place: Place) =>
    numbers(projection.reading.one({ type: "message.one", place, messageId: messageId(n) }));
  assert.deepEqual(one(1, general), [1]);
  assert.deepEqual(one(2, general), [2]);
  assert.deepEqual(one(2, thread), [2]);
  assert.deepEqual(one(1, thread), []);
  assert.deepEqual(one(3, general), []);
  projection.close();
});

test("replies are found by what they answer, oldest first, after that is deleted too", () => {
  const reply = (number: number, to: number): Event => ({
    type: "message.posted",
    message: {
      ...message(number),
      replyTo: { messageId: messageId(to), author: { kind: "user", userId: ben } },
    },
  });
  const projection = filled(posted(1), reply(2, 1), posted(3), reply(4, 1), reply(5, 2));
  const replies = (n: number, limit: number) =>
    numbers(
      projection.reading.replies({
        type: "message.replies",
        place: general,
        messageId: messageId(n),
        limit,
      }),
    );
  assert.deepEqual(replies(1, 50), [2, 4]);
  assert.deepEqual(replies(1, 1), [2]);
  assert.deepEqual(replies(3, 50), []);
  projection.apply([advanceOf(record(6, deleted(1)))], always);
  assert.deepEqual(replies(1, 50), [2, 4]);
  projection.close();
});

test("pins and reactions stand in every reading of a message, and outlast an edit", () => {
  const projection = filled(
    posted(1),
    posted(2),
    pin(1),
    react(1, ada),
    react(1, ben),
    react(1, ben, "🎉"),
    react(1, ada, "👍", false),
    edited(1, "better"),
    pin(2),
    pin(2, false),
  );
  const whole = {
    ...message(1, general, "better"),
    pinned: true,
    reactions: [
      { emoji: "👍", userIds: [ben] },
      { emoji: "🎉", userIds: [ben] },
    ],
  };
  const page = projection.page({ type: "message.page", place: general, limit: 10 });
  assert.deepEqual(parsed(page), [whole, message(2)]);
  assert.deepEqual(JSON.parse(projection.lookup("1") ?? ""), whole);
  const pinned = projection.reading.pinned({ type: "message.pinned", place: general });
  assert.deepEqual(parsed(pinned), [whole]);
  for (const event of [react(1, ben, "👍", false), react(1, ben, "🎉", false), pin(1, false)]) {
    const { seq } = projection.position;
    projection.apply([advanceOf(record(seq + 1, event))], always);
  }
  assert.deepEqual(JSON.parse(projection.lookup("1") ?? ""), message(1, general, "better"));
  projection.close();
});

test("pings are found over several channels, newest first, and counted whole", () => {
  const projection = filled(
    say(1, "@ada"),
    say(2, "@ada @ada", random),
    say(3, "@adam"),
    say(4, "@ada again"),
    say(5, "nobody"),
    edited(5, "now @ada"),
    edited(1, "no longer"),
    deleted(4),
  );
  const pings = (channels: readonly Place[], limit = 50, offset = 0) => {
    const ids = channels.map(({ channelId }) => channelId);
    const found = projection.reading.pings([userToken("ada")], ids, { limit, offset });
    return [numbers(found), found.total];
  };
  assert.deepEqual(pings([general, random]), [[5, 2], 2]);
  assert.deepEqual(pings([general]), [[5], 1]);
  assert.deepEqual(pings([general, random], 1, 1), [[2], 2]);
  assert.deepEqual(pings([]), [[], 0]);
  projection.close();
});
