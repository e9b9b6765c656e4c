/** One protocol stays open, whoever would close it, and how. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescribedPhase, Phase, Protocol } from "@dragoman/bus-schema";
import { Community, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";
import { refusedPhases } from "./index.ts";

const dayMs = 24 * 3_600_000;
const refused = { code: "protected", what: "last protocol" };

const step = (community: Community, protocol: Protocol, phase: Phase, more: object = {}) =>
  outcome(community.operator({ type: "server.phase", protocol, phase, ...more }));

const phaseOf = ({ state }: Community, protocol: Protocol) =>
  state.phases.get(protocol)?.standing.phase ?? "open";

const stand = (community: Community, ...phases: readonly DescribedPhase[]) =>
  outcome(community.core({ type: "server.stand", phases }));

const refusals = (community: Community, ...phases: readonly DescribedPhase[]) => {
  const { state, nowMs } = community;
  const inputs = { clockMs: nowMs, protocols: ["originchats", "sockchat"] };
  return refusedPhases({ state, nowMs, inputs }, phases);
};

const closed = (protocol: Protocol): DescribedPhase => ({ protocol, phase: "closed", text: "" });
const open = (protocol: Protocol): DescribedPhase => ({ protocol, phase: "open", text: "" });

test("an operator closes one protocol, and not the other as well, neither now nor at a date", () => {
  const community = new Community();
  const dateMs = community.nowMs + dayMs;
  assert.deepEqual(step(community, "sockchat", "closed"), ["server.phased"]);
  assert.deepEqual(step(community, "originchats", "closed"), refused);
  assert.deepEqual(step(community, "originchats", "closed", { dateMs }), refused);
  assert.deepEqual(step(community, "originchats", "read-only"), ["server.phased"]);
  assert.deepEqual(step(community, "sockchat", "closed", { text: "Gone." }), ["server.phased"]);
  assert.deepEqual(step(community, "sockchat", "open"), ["server.phased"]);
  assert.deepEqual(step(community, "originchats", "closed"), ["server.phased"]);
});

test("what is to close at a date counts as closed, until the date is taken back", () => {
  const community = new Community();
  step(community, "sockchat", "closed", { dateMs: community.nowMs + dayMs });
  assert.deepEqual(step(community, "originchats", "closed"), refused);
  assert.deepEqual(step(community, "sockchat", "closed"), ["server.phased"], "sooner than planned");
  step(community, "sockchat", "announced");
  assert.deepEqual(step(community, "originchats", "closed"), ["server.phased"]);
});

test("a configuration does not close what an operator left as the last, and is taken over once it may be", () => {
  const community = new Community();
  step(community, "originchats", "closed");
  assert.deepEqual(refusals(community, closed("sockchat")), ["sockchat"]);
  assert.deepEqual(stand(community, closed("sockchat")), []);
  assert.deepEqual(stand(community, { ...open("sockchat"), phase: "announced", text: "Soon." }), [
    "server.phased",
  ]);
  assert.equal(phaseOf(community, "sockchat"), "announced");
  const next = { phase: "closed", dateMs: community.nowMs + dayMs } as const;
  assert.deepEqual(stand(community, { ...open("sockchat"), next }), []);
  step(community, "originchats", "open");
  assert.deepEqual(refusals(community, closed("sockchat")), []);
  assert.deepEqual(stand(community, closed("sockchat")), ["server.phased"]);
  assert.equal(phaseOf(community, "sockchat"), "closed");
  assert.deepEqual(violations(community.state), []);
});

test("by one configuration two protocols change places, and of two that close one is taken over", () => {
  const community = new Community();
  stand(community, closed("sockchat"));
  assert.deepEqual(stand(community, closed("originchats")), ["server.phased", "server.phased"]);
  assert.equal(phaseOf(community, "sockchat"), "open");
  const both = new Community();
  assert.deepEqual(stand(both, closed("originchats"), closed("sockchat")), ["server.phased"]);
  assert.deepEqual(refusals(both, closed("originchats"), closed("sockchat")), ["sockchat"]);
});

test("a date that would close the last protocol passes, and the step is off", () => {
  const community = new Community();
  const dateMs = community.nowMs + dayMs;
  // As a core of before this rule would have left it.
  for (const protocol of ["originchats", "sockchat"]) {
    community.state.phases.set(protocol, {
      standing: { protocol, phase: "announced", text: "", next: { phase: "closed", atMs: dateMs } },
    });
  }
  community.nowMs = dateMs;
  const turn = (protocol: Protocol) => outcome(community.core({ type: "server.turn", protocol }));
  assert.deepEqual(turn("originchats"), ["server.phased"]);
  assert.deepEqual(turn("sockchat"), ["server.phased"]);
  assert.deepEqual(
    [phaseOf(community, "originchats"), phaseOf(community, "sockchat")],
    ["closed", "announced"],
  );
  assert.equal(community.state.phases.get("sockchat")?.standing.next, undefined);
  assert.deepEqual(turn("sockchat"), []);
});
