/** A house that takes nothing for a while leaves nothing out: the import ends, and the next goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, Rejection } from "@dragoman/bus-schema";
import { type House, ImportStopped } from "./house.ts";
import { moveIn } from "./move-in.ts";
import { Report } from "./report.ts";
import type { Source, SourceMessage } from "./source.ts";

const said = (n: number): SourceMessage => ({
  id: `m${n}`,
  by: { kind: "system" },
  text: `words ${n}`,
  markup: "markdown",
  kind: "text",
  atUs: n,
});

/** A channel with two messages. */
const source: Source = {
  name: "old",
  server: {},
  listsOf: "house",
  roles: [],
  roleIds: new Map(),
  channels: [{ key: "a", name: "a", kind: "text", permissions: {}, minRank: 0 }],
  people: [],
  threads: [],
  attachments: [],
  emojis: [],
  webhooks: [],
  parts: [
    {
      key: "channel a",
      place: { channel: "a" },
      bytes: 2,
      async *messages() {
        yield [said(1), said(2)];
      },
      async *ids() {
        yield { ids: ["m1", "m2"], from: undefined };
      },
    },
  ],
  marks: [],
};

/** A house that refuses the first messages with this. */
function houseRefusing(rejection: Rejection): { house: House; given: Command[] } {
  const given: Command[] = [];
  const isOfMessages = (body: Command): boolean =>
    body.type === "import.messages" && body.progress.key === "channel a";
  const house = {
    command: async (body: Command) => {
      if (isOfMessages(body)) given.push(body);
      return isOfMessages(body) && given.length === 1
        ? { ok: false, rejection }
        : { ok: true, value: given.length };
    },
    present: async () => ({ roles: [], channels: [], users: [], emojis: [], lastMessages: [] }),
    words: async () => ({ lived: false, untouched: [] }),
    tail: async () => [],
    cursors: async () => new Map(),
    settled: async () => undefined,
  } as unknown as House;
  return { house, given };
}

const moving = (house: House, report = new Report()) =>
  moveIn({ source, house, report, map: new Map(), progress: () => undefined });

test("what is refused since the store is full, or not yet known to all, is not passed over: the import ends there", async () => {
  for (const rejection of [
    { code: "storage_full" },
    { code: "disabled", feature: "import.messages" },
    { code: "read_only" },
    { code: "busy", waitMs: 1 },
  ] as const) {
    const { house, given } = houseRefusing(rejection);
    await assert.rejects(moving(house), (error) => {
      assert.ok(error instanceof ImportStopped);
      assert.deepEqual([error.rejection, error.isOvertaken], [rejection, false]);
      return true;
    });
    assert.equal(given.length, 1, "nothing is given behind it");
  }
});

test("a message that the house does not take costs itself alone", async () => {
  const { house, given } = houseRefusing({ code: "invalid", field: "content", why: "form" });
  const report = new Report();
  await moving(house, report);
  assert.deepEqual(
    given.map((body) => body.type === "import.messages" && body.messages.length),
    [2, 1, 1],
  );
  assert.equal(report.summary.counts["message"]?.brought, 2);
});

test("where another import is ahead of it, it ends and says so", async () => {
  const { house } = houseRefusing({ code: "invalid", field: "from", why: "moved on" });
  await assert.rejects(
    moving(house),
    (error) => error instanceof ImportStopped && error.isOvertaken,
  );
});
