import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "@dragoman/service-kit";
import { within } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community, startNats } from "@dragoman/testing/nats";
import { refuseOthersAccount } from "./account.ts";

test("a core that loses the bus while it looks whose account it has looks again", async (t) => {
  const nats = await startNats();
  t.after(() => nats.stop());
  const own = nats.credentials("core");
  const bus = await Bus.connect({ url: nats.url, name: "core", logger: silent, ...own });
  t.after(() => bus.close());
  const lost = new Promise<void>((resolve) => {
    bus.onConnection((connected) => {
      if (!connected) resolve();
    });
  });
  await nats.kill();
  await within(10_000, "the loss", lost);
  const looked = refuseOthersAccount(bus, community, own.user);
  await nats.start();
  await within(10_000, "the answer", looked);
  assert.ok(bus.connected);
});
