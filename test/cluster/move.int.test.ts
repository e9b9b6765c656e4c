/** How a community moves from one nats-server to a cluster (docs/operation/cluster.md), as that page says it. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startCluster } from "@dragoman/testing/cluster";
import { type NatsServer, secondNatsBinary } from "@dragoman/testing/nats";
import { replicasOf, streamNames } from "../support/cluster.ts";
import { readJournal } from "../support/journal.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { type Outcome, outcome } from "../up/program.ts";

const idsOf = async ({ operator }: Stack): Promise<readonly string[]> =>
  (await readJournal(operator.coreBus)).map(({ batch }) => batch.id);

async function move(t: TestContext, binary: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-move-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, "core");
  const file = join(folder, "community.backup");
  const dragoman = (nats: NatsServer, ...command: readonly string[]): Promise<Outcome> => {
    const { user, password } = nats.credentials("core");
    return outcome(command, {
      DRAGOMAN_NATS_URL: nats.url,
      DRAGOMAN_NATS_USER: user,
      DRAGOMAN_NATS_PASSWORD: password,
      DRAGOMAN_DATA_DIR: dataDir,
    });
  };
  const alone = await startStack({ config: { dataDir } });
  let ids: readonly string[];
  try {
    await alone.cores[0]?.stop();
    ids = await idsOf(alone);
    const backup = await dragoman(alone.nats, "backup", file);
    assert.equal(backup.code, 0, backup.stderr);
  } finally {
    await alone.stop();
  }

  const cluster = await startCluster({ binary });
  const stack = await startStack({ servers: cluster, cores: 0, empty: true });
  t.after(() => stack.stop());
  const config = { dataDir, nats: { replicas: 3 } };
  // Before the restore the folder of the core that moves along knows more than the new servers.
  await assert.rejects(stack.add("core", { config }), {
    name: "OperatorError",
    message:
      /knows community main .* \(a server that stood alone deletes its store when it is made/,
  });
  const restore = await dragoman(cluster, "restore", file);
  assert.equal(restore.code, 0, restore.stderr);
  await stack.add("core", { config });
  assert.deepEqual((await idsOf(stack)).slice(0, ids.length), ids);
  for (const name of streamNames) assert.equal(await replicasOf(stack.operator.coreBus, name), 3);
}

const binary = await secondNatsBinary();
if (binary !== undefined) {
  test("a community moves from one server to a cluster by a backup that is restored there", (t) =>
    move(t, binary));
}
