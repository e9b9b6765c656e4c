/** `nats.replicas`: what core keeps on a cluster is kept so many times, and a restart with another number changes that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startCluster } from "@dragoman/testing/cluster";
import { secondNatsBinary } from "@dragoman/testing/nats";
import { replicasOf, streamNames, whole } from "../support/cluster.ts";
import { type Stack, startStack } from "../support/stack.ts";

async function counts({ operator }: Stack): Promise<ReadonlySet<number>> {
  return new Set(await Promise.all(streamNames.map((name) => replicasOf(operator.coreBus, name))));
}

async function trial(binary: string): Promise<void> {
  const cluster = await startCluster({ binary });
  const stack = await startStack({ servers: cluster });
  try {
    assert.deepEqual(await counts(stack), new Set([1]));
    for (const replicas of [3, 1]) {
      await stack.cores.at(-1)?.stop();
      await stack.add("core", { config: { nats: { replicas } } });
      assert.deepEqual(await counts(stack), new Set([replicas]));
      await whole(stack.operator.coreBus, replicas);
      // What was there is there still.
      await assert.rejects(stack.operator.addUser("ada"), /^Error: user\.add: /);
    }
    await stack.cores.at(-1)?.stop();
    await assert.rejects(stack.add("core", { config: { nats: { replicas: 5 } } }), {
      name: "OperatorError",
      message: /^DRAGOMAN_NATS_REPLICAS is 5, and the NATS cluster has too few servers/,
    });
  } finally {
    await stack.stop();
  }
}

const binary = await secondNatsBinary();
if (binary !== undefined) {
  test("a cluster keeps everything as often as the setting says, changed by a restart", () =>
    trial(binary));
}
