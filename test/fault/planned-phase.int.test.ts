/**
 * A phase with a planned date and clocks that are wrong (docs/journal.md 1.6): the date comes once, is told once, and is
 * not taken back, whatever the leader's clock says, and whoever leads when it comes.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, it } from "node:test";
import type { Phase } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

const dayMs = 86_400_000;
/** Between a plan and its date, and what a busy machine may add. */
const aheadMs = 4_000;
const settledMs = 20_000;

let stack: Stack;
before(async () => {
  stack = await startStack({
    cores: 2,
    originchats: 1,
    sockchat: 1,
    processes: ["core"],
    settable: true,
  });
});
afterEach(async () => {
  for (const core of stack.cores) asProcess(core).setClock(0);
  await step("open");
});
after(() => stack?.stop());

const step = (phase: Phase, more: object = {}): Promise<void> =>
  stack.operator.mustAccept({ type: "server.phase", protocol: "sockchat", phase, ...more });

const isTold = ([id, , author, body]: readonly string[]): boolean =>
  id === "2" && author === "-1" && body?.includes("Here it can only be read now.") === true;

const isRefused = ([id, , author, body]: readonly string[]): boolean =>
  id === "2" && author === "-1" && body?.includes("Nothing can be said here any more.") === true;

const toldOf = (client: SockchatClient): number => client.log.entries.filter(isTold).length;

/** Plans to have Sock Chat read only soon, by people's clocks, does something, and looks when and how often it comes. */
async function planned(meanwhile: () => Promise<void> | void): Promise<void> {
  const ada = await SockchatClient.signIn(portOf(stack.sockchat), "ada");
  const ben = await OriginchatsClient.signIn(portOf(stack.originchats), "ben");
  await step("announced", { text: "We move." });
  const beganMs = performance.now();
  await step("read-only", { dateMs: Date.now() + aheadMs });
  await meanwhile();
  await ada.log.until("the step", () => toldOf(ada) > 0, settledMs);
  const waitedMs = performance.now() - beganMs;
  assert.ok(waitedMs > aheadMs - 1_500, `it came ${aheadMs - waitedMs} ms too soon`);
  ada.say("too late?");
  await ada.log.until("a refusal", () => ada.log.entries.filter(isRefused).length === 1, settledMs);
  // The clocks are right again, and it stays: what is said behind all that is the proof of how often it was told.
  for (const core of stack.cores) asProcess(core).setClock(0);
  ben.say("general", `still here ${beganMs}`);
  await ada.sees(`still here ${beganMs}`, settledMs);
  assert.equal(toldOf(ada), 1);
  ada.say("and now?");
  await ada.log.until("a refusal", () => ada.log.entries.filter(isRefused).length === 2, settledMs);
  for (const client of [ada, ben]) await client.close();
}

for (const shiftMs of [-dayMs, dayMs, -60_000, 60_000]) {
  it(`the leader's clock is set by ${shiftMs / 1_000} s behind the plan`, async () => {
    await planned(() => asProcess(stack.cores[0]).setClock(shiftMs));
  });
}

it("a standby whose clock is a day ahead takes the lead before the date", async () => {
  const [leader, standby] = [asProcess(stack.cores[0]), asProcess(stack.cores[1])];
  await planned(async () => {
    const term = await stack.operator.term();
    standby.setClock(dayMs);
    await leader.kill();
    await eventually(settledMs, "another leader", async () => (await stack.operator.term()) > term);
  });
});
