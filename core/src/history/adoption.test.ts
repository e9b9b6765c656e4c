import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId, UserId } from "@dragoman/bus-schema";
import { Community } from "@dragoman/testing/community";
import type { AdoptionChange } from "./adoption.ts";
import { adoptionOf } from "./adoption.ts";
import type { Change } from "./change.ts";
import { Projection } from "./projection.ts";

const ada = "ada" as UserId;
const ben = "ben" as UserId;

/** A projection that takes changes, each as a record. */
class Book {
  readonly projection: Projection;
  #seq = 0;

  constructor(namesDays?: number) {
    this.projection = new Projection(":memory:", namesDays === undefined ? {} : { namesDays });
  }

  take(...changes: readonly Change[]): void {
    const prev = this.#seq === 0 ? "" : `r${this.#seq}`;
    this.#seq += 1;
    this.projection.apply([{ seq: this.#seq, id: `r${this.#seq}`, prev, changes }], () => false);
  }

  come(day: number, userId: UserId, protocol: string, client?: string): void {
    const sessionId = `${userId} ${protocol}` as SessionId;
    this.take({ do: "come", day, sessionId, userId, protocol, ...(client ? { client } : {}) });
  }

  go(day: number, userId: UserId, protocol: string): void {
    this.take({ do: "go", day, sessionId: `${userId} ${protocol}` as SessionId });
  }

  speak(day: number, userId: UserId, protocol: string): void {
    this.take({ do: "speak", day, userId, protocol } satisfies AdoptionChange);
  }

  /** `day protocol people/spoke/alone` of each. */
  days(count = 14): readonly string[] {
    return this.projection.adoption
      .days(count, 500)
      .days.map(
        (each) => `${each.day} ${each.protocol} ${each.people}/${each.spoke}/${each.alone}`,
      );
  }

  alone(count = 14): readonly string[] {
    return this.projection.adoption
      .days(count, 500)
      .alone.map(({ userId, protocol, day }) => `${userId} ${protocol} ${day}`);
  }
}

describe("who was there by which protocol", () => {
  it("counts a person once a day and protocol, with who spoke and who used no other", () => {
    const book = new Book();
    book.come(100, ada, "sockchat");
    book.go(100, ada, "sockchat");
    book.come(100, ada, "sockchat");
    book.come(100, ben, "originchats");
    book.come(100, ben, "sockchat");
    book.speak(100, ben, "originchats");
    book.speak(100, ben, "originchats");
    assert.deepEqual(book.days(), ["100 originchats 1/1/0", "100 sockchat 2/0/1"]);
    assert.deepEqual(book.alone(), ["ada sockchat 100"]);
  });

  it("has whoever stays over midnight on each day that they were there", () => {
    const book = new Book();
    book.come(100, ada, "sockchat");
    book.come(100, ben, "sockchat");
    book.go(100, ben, "sockchat");
    book.speak(103, ben, "originchats");
    assert.deepEqual(book.days(), [
      "100 sockchat 2/0/2",
      "101 sockchat 1/0/1",
      "102 sockchat 1/0/1",
      "103 originchats 1/1/1",
      "103 sockchat 1/0/1",
    ]);
    assert.deepEqual(book.alone(2), ["ada sockchat 103", "ben originchats 103"]);
    assert.deepEqual(book.alone(), ["ada sockchat 103"], "ben has used both in a fortnight");
  });

  it("forgets who it was after so many days, and keeps the counts", () => {
    const book = new Book(3);
    book.come(100, ada, "sockchat");
    book.speak(100, ada, "sockchat");
    book.go(100, ada, "sockchat");
    book.come(103, ben, "sockchat");
    assert.deepEqual(book.days(), ["100 sockchat 1/1/1", "103 sockchat 1/0/1"]);
    assert.deepEqual(book.alone(), ["ben sockchat 103"]);
    book.speak(100, ada, "sockchat");
    const counted = ["100 sockchat 1/1/1", "103 sockchat 1/0/1"];
    assert.deepEqual(book.days(), counted, "a record of that day that comes late changes nothing");
  });

  it("bounds the kinds that clients choose for themselves", () => {
    const book = new Book();
    for (let n = 0; n < 40; n += 1) book.come(100, ada, "sockchat", `made up ${n}`);
    book.come(100, ada, "sockchat", "made up 3");
    const { clients } = book.projection.adoption.days(1, 1);
    assert.equal(clients.length, 31);
    assert.deepEqual(clients[0], { protocol: "sockchat", kind: "other", sessions: 10 });
    assert.deepEqual(clients[1], { protocol: "sockchat", kind: "made up 3", sessions: 2 });
  });

  it("counts a day in time that grows with the people and no faster", () => {
    const measureMs = (count: number): number => {
      const book = new Book();
      const come = (n: number): Change => {
        const userId = `person ${n}` as UserId;
        return { do: "come", day: 100, sessionId: userId as never, userId, protocol: "sockchat" };
      };
      book.take(...Array.from({ length: count }, (_, n) => come(n)));
      const began = process.cpuUsage();
      const { days } = book.projection.adoption.days(1, 0);
      const { user, system } = process.cpuUsage(began);
      assert.equal(days[0]?.alone, count);
      return (user + system) / 1_000;
    };
    const few = Math.max(measureMs(4_000), 4);
    const many = measureMs(32_000);
    assert.ok(many < few * 8 * 4, `${few} ms for 4,000, ${many} ms for 32,000`);
  });

  it("counts an account that became another's as that one", () => {
    const book = new Book();
    book.come(100, ada, "sockchat");
    book.come(100, ben, "originchats");
    book.speak(100, ada, "sockchat");
    book.take({ do: "merge", intoId: ben, fromId: ada });
    assert.deepEqual(book.days(), ["100 originchats 1/0/0", "100 sockchat 1/1/0"]);
    book.go(100, ben, "originchats");
    book.speak(101, ben, "sockchat");
    assert.deepEqual(book.alone(1), ["ben sockchat 101"]);
  });
});

it("only what a person says counts as speaking, on the day that people's clocks show", () => {
  const community = new Community();
  community.person("ada");
  const session = community.enter("ada", "sockchat");
  community.post(session, "hello");
  const changes = community.journal.flatMap(({ commit }) =>
    commit.events.flatMap((event) => adoptionOf(event, commit, 100.5 * 24 * 3_600_000) ?? []),
  );
  assert.deepEqual(
    changes.map(({ do: what, day }) => [what, day]),
    [
      ["come", 100],
      ["speak", 100],
    ],
  );
});
