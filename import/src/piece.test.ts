/** Pieces on their way into a house that takes them as the leader does: by the cursor that they begin with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, ImportedMessage } from "@dragoman/bus-schema";
import type { House, Outcome } from "./house.ts";
import type { People } from "./people.ts";
import { type Converted, type Giving, Pieces } from "./piece.ts";
import { Report } from "./report.ts";
import type { Source } from "./source.ts";

const refused = (field: string): Outcome => ({
  ok: false,
  rejection: { code: "invalid", field, why: "test" },
});

/** @param decide when a command is decided: it may be before one that came earlier */
function houseWith(bad: string, decide: (decision: () => void, nth: number) => void) {
  const stored: string[] = [];
  let cursor: string | null = null;
  let given = 0;
  let atOnce = 0;
  let most = 0;
  const decisionOf = (body: Command): Outcome => {
    if (body.type !== "import.messages") return refused("type");
    if (body.from !== cursor) return refused("from");
    const ids = body.messages.map(({ messageId }) => messageId as string);
    if (ids.includes(bad)) return refused("message");
    stored.push(...ids);
    cursor = body.progress.cursor;
    return { ok: true, value: stored.length };
  };
  const house = {
    command: (body: Command) => {
      given += 1;
      atOnce += 1;
      most = Math.max(most, atOnce);
      return new Promise<Outcome>((resolve) => {
        const answer = (): void => {
          atOnce -= 1;
          resolve(decisionOf(body));
        };
        decide(answer, given);
      });
    },
    settled: async () => undefined,
  } as unknown as House;
  return { house, stored, most: () => most, cursor: () => cursor };
}

const ids = Array.from({ length: 40 }, (_, n) => `m${n}`);
const converted = (id: string): Converted => ({
  imported: { messageId: id } as ImportedMessage,
  bytes: 40_000,
  id,
  us: 1,
});

async function bring(house: House, report: Report): Promise<void> {
  const of: Giving = {
    source: { name: "old" } as Source,
    house,
    report,
    people: { ready: async () => undefined } as People,
    progress: () => undefined,
  };
  const pieces = new Pieces(of, "channel general", { cursor: null, n: 0 });
  for (const id of ids) {
    if (!pieces.hasRoomFor(converted(id))) await pieces.send();
    pieces.add(converted(id));
  }
  await pieces.flush();
}

const last = JSON.stringify({ n: ids.length, id: ids.at(-1), us: 1 });

test("two pieces are under way at once, and all are stored in their order", async () => {
  const { house, stored, most, cursor } = houseWith("", (decision) => setImmediate(decision));
  const report = new Report();
  await bring(house, report);
  assert.deepEqual(stored, ids);
  assert.equal(cursor(), last);
  assert.equal(most(), 2);
  assert.equal(report.summary.counts["message"]?.brought, ids.length);
});

test("a message that is refused costs itself alone, also while the next piece is under way", async () => {
  for (const bad of ["m0", "m13", "m39"]) {
    const { house, stored, cursor } = houseWith(bad, (decision) => setImmediate(decision));
    const report = new Report();
    await bring(house, report);
    assert.deepEqual(
      stored,
      ids.filter((id) => id !== bad),
    );
    assert.equal(cursor(), last);
    assert.equal(report.summary.counts["message"]?.left, 1);
  }
});

test("a piece that is decided before the one before it is given again", async () => {
  let held: (() => void) | undefined;
  const { house, stored } = houseWith("", (decision, nth) => {
    if (nth === 3) held = decision;
    else
      setImmediate(() => {
        decision();
        held?.();
        held = undefined;
      });
  });
  await bring(house, new Report());
  assert.deepEqual(stored, ids);
});

test("a part that another import brings on meanwhile is left to it", async () => {
  let isOther = false;
  const { house } = houseWith("", (decision) => setImmediate(decision));
  const other: House = {
    ...house,
    command: async (body) => {
      const before = await house.command(body);
      if (isOther) return refused("from");
      isOther = true;
      return before;
    },
  };
  await assert.rejects(
    bring(other, new Report()),
    /^ImportStopped: channel general: refused as invalid/,
  );
});
