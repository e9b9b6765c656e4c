import assert from "node:assert/strict";
import { test } from "node:test";
import type { CanarySignal, GatewayId, Protocol } from "@dragoman/bus-schema";
import { createRegistry } from "@dragoman/service-kit";
import { gatewayMetrics } from "../metrics.ts";
import { Canary } from "./canary.ts";

const own = "originchats_own" as GatewayId;
const other = "sockchat_other" as GatewayId;

function nest() {
  const registry = createRegistry();
  const canary = new Canary({
    protocol: "originchats" as Protocol,
    gatewayId: own,
    metrics: gatewayMetrics(registry, "originchats" as Protocol),
    everyMs: () => 1_000,
    nowMs: () => 5_000,
    say: () => true,
  });
  const value = async (name: string): Promise<number> => {
    const text = await registry.metrics();
    const line = text.split("\n").find((each) => each.startsWith(`${name} `));
    return Number(line?.split(" ").at(-1) ?? Number.NaN);
  };
  return { canary, value };
}

const of = (gatewayId: GatewayId, n: number, more: Partial<CanarySignal> = {}): CanarySignal => ({
  type: "canary",
  gatewayId,
  n,
  saidAt: 4_900,
  everyMs: 1_000,
  seq: 1,
  ...more,
});

const labels = '{protocol="originchats",from="sockchat"}';
const lost = `dragoman_canary_lost_total${labels}`;

test("what comes from another protocol is timed by the journal's time", async () => {
  const { canary, value } = nest();
  canary.hear(of(other, 1), 0);
  assert.equal(await value(`dragoman_canary_seconds_count${labels}`), 1);
  assert.equal(await value(`dragoman_canary_seconds_sum${labels}`), 0.1);
  assert.equal(await value(lost), 0);
  assert.equal(canary.warning(2_900), undefined);
});

test("one that is missing between two is lost, and so are those that are due and do not come", async () => {
  const { canary, value } = nest();
  canary.hear(of(other, 1), 0);
  canary.hear(of(other, 3), 2_000);
  assert.equal(await value(lost), 1);
  canary.look(6_000);
  assert.equal(await value(lost), 3, "those of two intervals, and the newest two have their time");
  assert.equal(await value(`dragoman_canary_age_seconds${labels}`), 4);
  canary.hear(of(other, 6), 6_100);
  assert.equal(await value(lost), 3, "what was counted while it was silent is not counted again");
});

test("silence of a gateway is said in words, until it is heard, says that it ends, or is forgotten", () => {
  const { canary } = nest();
  canary.hear(of(other, 1), 0);
  assert.equal(
    canary.warning(3_500),
    "nothing crosses from sockchat to originchats: no canary of sockchat_other for 4 s",
  );
  canary.hear(of(other, 5), 3_600);
  assert.equal(canary.warning(3_700), undefined);
  canary.hear(of(other, 9, { everyMs: 0 }), 4_000);
  assert.equal(canary.warning(90_000), undefined);
  canary.hear(of(other, 10), 100_000);
  assert.notEqual(canary.warning(110_000), undefined);
  canary.look(701_000);
  assert.equal(canary.warning(701_000), undefined);
});

test("an old one that comes late, and one of no protocol, are nothing", async () => {
  const { canary, value } = nest();
  canary.hear(of(other, 5), 0);
  canary.hear(of(other, 4), 10);
  canary.hear(of("operator" as GatewayId, 7), 10);
  assert.equal(await value(lost), 0);
  assert.equal(canary.warning(10), undefined);
});

test("a number that no interval explains is passed over, and a silence counts no more than a bound", async () => {
  const { canary, value } = nest();
  canary.hear(of(other, 1), 0);
  canary.hear(of(other, Number.MAX_SAFE_INTEGER), 500);
  canary.hear(of(other, 2), 1_000);
  assert.equal(await value(lost), 0);
  assert.equal(canary.warning(1_100), undefined);
  canary.hear(of(other, 3, { everyMs: 1 }), 2_000);
  canary.look(500_000);
  assert.equal(await value(lost), 1_000);
});
