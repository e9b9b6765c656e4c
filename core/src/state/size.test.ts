/** What somebody who was here once leaves in memory: an account among hundreds of thousands is some hundred bytes. */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Commit } from "@dragoman/bus-schema";
import { bytesInUse } from "@dragoman/testing/memory";
import { evolve } from "../decider/index.ts";
import { initialState, type State, seenMs } from "./shape.ts";

/** Above as many accounts as are kept at hand. */
const first = 18_000;
const more = 24_000;
const bytesMax = 700;

const [channelId, roleId] = [randomUUID(), randomUUID()];

class Journal {
  readonly state: State = initialState();
  #seq = 0;
  #at = 1_800_000_000_000;

  /** As they come from the journal: nothing in them is shared with anything. */
  write(...events: readonly object[]): void {
    this.#seq += 1;
    this.#at += 5;
    const cause = { commandId: `person-${this.#seq}.1`, actor: "user" };
    const commit = JSON.parse(JSON.stringify({ cause, events })) as Commit;
    evolve(this.state, commit, { seq: this.#seq, at: this.#at });
  }

  pass(ms: number): void {
    this.#at += ms;
    this.write();
  }
}

/** Somebody comes for the first time, writes, reads and goes. */
function visit(journal: Journal, n: number): void {
  const userId = randomUUID();
  const place = { channelId };
  const messageId = randomUUID();
  const session = {
    sessionId: randomBytes(24).toString("base64url"),
    userId,
    gatewayId: "sockchat_one",
    protocol: "sockchat",
    traits: { stands: "one place", flood: "kick" },
    place,
  };
  const user = {
    userId,
    number: 1_000_000_000 + n,
    name: `person_${n}`,
    handle: `person_${n}`,
    roleIds: [roleId],
    status: { status: "online", text: "" },
    local: true,
    demo: false,
  };
  const message = {
    messageId,
    number: n,
    place,
    author: { kind: "user", userId },
    kind: "text",
    content: { text: "hello", markup: "bbcode" },
    createdAtUs: 1_800_000_000_000_000 + n,
  };
  const addressTag = randomBytes(32).toString("base64url");
  journal.write(
    { type: "user.joined", user, credentialId: randomUUID() },
    { type: "session.opened", session, addressTag },
    { type: "message.posted", message },
    { type: "unread.marked", userId, place, messageId },
    { type: "user.nicknamed", userId, nickname: `nick ${n}`, before: null, byId: userId },
    { type: "session.closed", session, why: "leave", seen: n },
  );
}

test("an account that was here once takes some hundred bytes", () => {
  const journal = new Journal();
  const visits = (from: number, to: number): number => {
    for (let n = from; n < to; n += 1) visit(journal, n);
    journal.pass(seenMs + 1);
    return bytesInUse();
  };
  const before = visits(1, first);
  const each = (visits(first, first + more) - before) / more;
  assert.equal(journal.state.people.size, first + more - 1);
  assert.ok(each < bytesMax, `${Math.round(each)} bytes each`);
});
