/** docs/journal.md 1.7: nothing of a level above the journal's is written, but what opens it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { commandId, featureLevel } from "@dragoman/bus-schema";
import { createRegistry, loadConfig } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import type { Internal } from "../decider/index.ts";
import type { Replica } from "../journal/replica.ts";
import { coreMetrics } from "../metrics.ts";
import { initialState } from "../state/shape.ts";
import { Decisions } from "./decisions.ts";
import { Room } from "./room.ts";

test("what came with a level is refused until the level is open, and opens with it", () => {
  const state = initialState();
  const metrics = coreMetrics(createRegistry());
  const decisions = new Decisions(
    {
      config: loadConfig({}).config,
      reservedNames: new Set(),
      protocols: [],
      replica: { state, runAhead: () => undefined } as unknown as Replica,
      room: new Room(silent),
      logger: silent,
      metrics,
    },
    1,
  );
  let count = 0;
  const decide = (body: Internal) => {
    count += 1;
    const admitted = { id: commandId("core", count), body, actor: "core" as const };
    const lookups = { messages: new Map() };
    const item = { admitted, untilMs: Number.POSITIVE_INFINITY, lookups, takenMs: 0 };
    return decisions.decide(item, { seq: 1, at: 1_000, clockMs: 1_000, isLate: false });
  };
  const server = { name: "a", ownerName: "b", motd: "", postContentMax: 2_000 };
  // Below the level of all that there is.
  state.level = 0;
  const held = decide({ type: "community.seed", server });
  assert.deepEqual(held.reply, {
    ok: false,
    term: 1,
    rejection: { code: "disabled", feature: "community.seed" },
  });
  assert.equal(state.server, undefined);
  state.level = 1;
  assert.equal(decide({ type: "community.seed", server }).reply.ok, true);
  const level = { type: "journal.level", level: featureLevel, version: "1.0.0" } as const;
  const opened = decide(level).stored?.commit.events.map(({ type }) => type);
  assert.deepEqual(opened, ["journal.levelled"]);
  assert.equal(state.level, featureLevel);
  assert.equal(decide(level).stored, undefined);
});
