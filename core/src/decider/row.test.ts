import assert from "node:assert/strict";
import { test } from "node:test";
import type { Right } from "@dragoman/bus-schema";
import { gateway } from "@dragoman/testing/community";
import { initialState } from "../state/shape.ts";
import type { Admitted, Body, BodyOf, Inputs } from "./contract.ts";
import { run } from "./guard.ts";
import { type AnyRow, accept, type CommandRows, type Row } from "./row.ts";

/**
 * A row has a field for what `guard.ts` runs and for nothing else. Each line below would be a check that is never
 * made: where it compiles, the build fails.
 */
type Text = BodyOf<"message.post">;
const decide = () => accept();
const right: Right = "ban";
const refusedRows: readonly Row<Text>[] = [
  // @ts-expect-error core has every right
  { by: "core", right, decide },
  // @ts-expect-error core is never silenced
  { by: "core", speaks: () => true, decide },
  // @ts-expect-error core's texts are its own
  { by: "core", shape: () => null, decide },
  // @ts-expect-error operators have every right
  { by: "operator", right, decide },
  // @ts-expect-error operators are never silenced
  { by: "operator", speaks: () => true, decide },
  // @ts-expect-error nobody has a right before the sign-in
  { by: "newcomer", right, decide },
  // @ts-expect-error a silence is no bar to a sign-in
  { by: "newcomer", speaks: () => true, decide },
  // @ts-expect-error a gateway asks for nobody in particular
  { by: "gateway", right, decide },
  // @ts-expect-error a gateway asks for nobody in particular
  { by: "gateway", speaks: () => true, decide },
  // @ts-expect-error whoever acts on somebody needs a right
  { by: "moderator", among: "known", target: () => "", decide },
  // @ts-expect-error only a session can be dropped
  { by: "session or operator", evenDropped: true, decide },
  // @ts-expect-error whom it acts on is a moderator's matter
  { by: "session", target: () => "", decide },
];
// @ts-expect-error a family is whole, or it is none
const partialFamily: CommandRows<"pin"> = {};

const admitted = (actor: Admitted["actor"], body: Body): Admitted => ({
  id: "desk.1" as Admitted["id"],
  actor,
  body,
  gatewayId: gateway("originchats"),
});
const inputs = { nowMs: 0 } as Inputs;

test("what would outgrow a commit is refused, whoever asks", () => {
  const long = { type: "server.updated", server: { name: "x".repeat(2_000_000) } } as never;
  for (const by of ["core", "operator", "gateway"] as const) {
    const row: AnyRow = { by, bulky: () => true, decide: () => accept(long) };
    const actor = by === "gateway" ? "gateway-session" : by;
    const decision = run(
      row,
      initialState(),
      admitted(actor, { type: "attachment.expire" }),
      inputs,
    );
    assert.equal(decision.ok ? "accepted" : decision.rejection.code, "too_long", by);
  }
});

test("the build refuses rows with a check that nobody makes, and a family with a hole", () => {
  // What is refused stands above; here it is only used.
  assert.ok(refusedRows.every(({ decide }) => decide !== undefined));
  assert.deepEqual(partialFamily, {});
});
