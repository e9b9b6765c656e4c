/** Files over gateways and time: any gateway serves any file, and what nothing refers to is cleared away. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { FileId, GatewayId } from "@dragoman/bus-schema";
import { Bus, createLogger, FileStore, servedFiles } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { dataUri, gif, longPng, png } from "../support/picture.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { proofOf, uploadTo } from "../support/web.ts";

const unusedMs = 1_500;
const home = stackForTests({
  originchats: 2,
  cores: 1,
  config: { attachments: { unusedMs, keptMs: 4_000 } },
});
const at = (index: number): string => `http://127.0.0.1:${portOf(home.stack.originchats, index)}`;
const store = (): FileStore => new FileStore(home.stack.operator.coreBus, community);

test("a long file goes in at one gateway and comes out whole at another", async () => {
  const ada = await home.onOriginchats("ada");
  const bytes = longPng(3_000_000);
  const { body, status } = await uploadTo(at(0), ada, { file: dataUri("image/png", bytes) });
  assert.equal(status, 201);
  const got = await fetch(`${at(1)}/attachments/${body.attachment?.id}`);
  assert.ok(Buffer.from(await got.arrayBuffer()).equals(bytes));
  const part = await fetch(`${at(1)}/attachments/${body.attachment?.id}`, {
    headers: { range: "bytes=1000000-2000000" },
  });
  assert.equal(part.status, 206);
  assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_000_000, 2_000_001)));
});

test("an upload that no message shows goes after a while, one that is shown at its end", async () => {
  const ada = await home.onOriginchats("ada");
  const unshown = (await uploadTo(at(0), ada, { file: dataUri("image/png", longPng(2_000)) })).body
    .attachment;
  const shown = (await uploadTo(at(0), ada)).body.attachment;
  await ada.ask({
    cmd: "message_new",
    channel: "general",
    content: "shown",
    attachments: [{ id: shown?.id }],
  });
  const status = async (id: string | undefined): Promise<number> =>
    (await fetch(`${at(1)}/attachments/${id}`, { method: "HEAD" })).status;
  const goneBy = (id: string | undefined) =>
    eventually(20_000, "gone", async () => {
      assert.equal(await status(id), 404);
      return Date.now();
    });
  assert.deepEqual([await status(unshown?.id), await status(shown?.id)], [200, 200]);
  const first = await goneBy(unshown?.id);
  const last = await goneBy(shown?.id);
  assert.ok(last > first);
  assert.ok(last >= (shown?.expires_at ?? 0) * 1000 - 1);
  await eventually(20_000, "the store is empty", async () => {
    assert.deepEqual(await store().names(), []);
    return true;
  });
});

test("what nobody refers to is cleared away, what is in use stays", async () => {
  const olga = await home.onOriginchats("olga");
  const { id } = (await olga.ask({
    cmd: "emoji_add",
    name: "kept",
    image: dataUri("image/png", png),
  })) as unknown as { readonly id: string };
  const [used] = await store().names();
  const stray = randomUUID() as FileId;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield gif;
  }
  const credentials = home.stack.nats.credentials("gateway-originchats");
  const bus = await Bus.connect({
    url: home.stack.nats.url,
    name: "gateway-originchats",
    logger: createLogger("silent", "stray"),
    ...credentials,
  });
  await servedFiles(bus, community, "originchats_stray" as GatewayId).put(stray, bytes());
  await bus.close();
  await eventually(20_000, "the stray is gone", async () => {
    assert.deepEqual(await store().names(), [used]);
    return true;
  });
  await olga.ask({ cmd: "emoji_update", emoji_id: id, image: dataUri("image/gif", gif) });
  await eventually(20_000, "the old picture is gone", async () => {
    const names = await store().names();
    assert.equal(names.length, 1);
    assert.notEqual(names[0], used);
    return true;
  });
  await olga.ask({ cmd: "emoji_delete", emoji_id: id });
  await eventually(20_000, "the new picture is gone", async () => {
    assert.deepEqual(await store().names(), []);
    return true;
  });
});

test("uploads are limited by the minute, for each person", async () => {
  const limited = await home.stack.add("originchats", {
    config: { attachments: { perMinute: 2 } },
  });
  const ben = await home.onOriginchats("ben");
  const url = `http://127.0.0.1:${limited.port}`;
  const statuses: number[] = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await uploadTo(url, ben)).status);
  assert.deepEqual(statuses, [201, 201, 429]);
  assert.equal(typeof proofOf(ben).validator, "string");
});
