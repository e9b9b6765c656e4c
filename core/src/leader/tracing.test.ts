import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CommunityId,
  decode,
  encode,
  type GatewayId,
  Heartbeat,
  type ProcessTrace,
} from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";
import { Tracing } from "./tracing.ts";

const [one, two] = ["one_a", "two_b"] as GatewayId[] as [GatewayId, GatewayId];
const gateways = [one, two].map((name) => ({ name, applied: 1 }));
const trace: ProcessTrace = { name: "somebody else", steps: [{ step: "delivered", atMs: 1 }] };
/** No other core is asked here. */
const tracing = (): Tracing => new Tracing(undefined as unknown as Bus, "main" as CommunityId);

test("each gateway is asked by the answer to its heartbeat until it has told, and speaks for itself alone", async () => {
  const asker = tracing();
  assert.deepEqual(asker.asks(one), {});
  const asked = asker.ask({ number: 7, seq: 3 }, gateways);
  assert.deepEqual(asker.asks(one), { traced: [7] });
  asker.told(one, [{ number: 7, trace }]);
  assert.deepEqual(asker.asks(one), {});
  assert.deepEqual(asker.asks(two), { traced: [7] });
  // Told twice, or of another message, it counts for nothing.
  asker.told(one, [{ number: 7, trace }]);
  asker.told(two, [{ number: 8, trace }]);
  asker.told(two, [{ number: 7, trace }]);
  const { processes, missing } = (await asked) ?? {};
  assert.deepEqual(
    processes?.map(({ name }) => name),
    [one, two],
  );
  assert.deepEqual(missing, []);
  assert.deepEqual(asker.asks(two), {});
});

test("who does not tell in time is named", async () => {
  const asker = tracing();
  const asked = asker.ask({ number: 7, seq: 3 }, gateways);
  asker.told(two, [{ number: 7, trace }]);
  assert.deepEqual((await asked)?.missing, [one]);
  assert.deepEqual(asker.asks(one), {});
});

test("so many are asked for at once, and no more", async () => {
  const asker = tracing();
  const asked = Array.from({ length: 9 }, (_, number) => asker.ask({ number, seq: 1 }, gateways));
  assert.equal(await asked[8], null);
  assert.equal(asker.asks(one).traced?.length, 8);
  await Promise.all(asked);
});

test("a heartbeat that tells of a time that no calendar has is none", () => {
  const beat = (atMs: number): Uint8Array =>
    encode({
      v: 1,
      applied: 1,
      traces: [{ number: 7, trace: { ...trace, steps: [{ step: "sent", atMs }] } }],
    });
  assert.ok(decode(Heartbeat, beat(Date.UTC(2030))).ok);
  for (const atMs of [8.7e15, 1e300, -1]) assert.ok(!decode(Heartbeat, beat(atMs)).ok);
});
