/** How often what core stores is kept, where one server is all there is; of several: test/cluster/replicas.int.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silent } from "@dragoman/testing/logger";
import { community, openNats } from "@dragoman/testing/nats";
import type { Bus } from "./bus.ts";
import { ensureFiles } from "./files/store.ts";
import { ensureJournal } from "./journal.ts";
import { keepReplicas } from "./replicas.ts";

let bus: Bus;
openNats(async (nats) => {
  bus = await nats.connect("core");
});

const refused = {
  name: "OperatorError",
  message:
    "DRAGOMAN_NATS_REPLICAS is 3, and the NATS server is of no cluster: set it to 1, or give the servers of a cluster",
};

test("a server of no cluster keeps nothing three times, and the setting is named", async () => {
  await assert.rejects(ensureJournal(bus, community, 3), refused);
  await ensureJournal(bus, community, 1);
  await ensureFiles(bus, community, 1);
  await assert.rejects(keepReplicas(bus, community, 3, silent), refused);
  await keepReplicas(bus, community, 1, silent);
  await assert.rejects(keepReplicas(bus, community, 3, silent), refused);
});
