/**
 * Bodies that come slowly, and senders who are nobody: who has no token and no proof is told so before a slot is taken
 * and before the body is read, and who has one holds a slot no longer than an honest body needs.
 */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, describe, test } from "node:test";
import { within } from "@dragoman/testing/deadline";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post, proofOf, uploadTo } from "../support/web.ts";

const home = stackForTests({ originchats: 1, config: { trustedProxies: ["127.0.0.1"] } });
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

const sockets: Socket[] = [];
after(() => {
  for (const socket of sockets) socket.destroy();
});

interface Slow {
  /** Settles with the status of the answer. */
  readonly status: Promise<number>;
}

/** Begins a request of 1,000 bytes and sends so much of its body, and no more. */
function begin(path: string, body: string, address = "192.0.2.1"): Promise<Slow> {
  return new Promise((resolve, reject) => {
    const socket = connect(portOf(home.stack.originchats), "127.0.0.1", () => {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`;
      socket.write(head + body, () => resolve({ status }));
    });
    sockets.push(socket);
    const status = new Promise<number>((answer) => {
      socket.once("data", (bytes: Buffer) => answer(Number(bytes.toString().split(" ")[1])));
    });
    socket.on("error", reject);
  });
}

const many = (count: number, one: (n: number) => Promise<Slow>): Promise<readonly Slow[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => one(n)));
const statuses = (slow: readonly Slow[]): Promise<readonly number[]> =>
  within(60_000, "every answer", Promise.all(slow.map(({ status }) => status)));

async function tokenOf(olga: OriginchatsClient): Promise<string> {
  const made = await olga.ask({ cmd: "webhook_create", channel: "general", name: "Hook" });
  return (made["webhook"] as { readonly token: string }).token;
}

describe("slow bodies of strangers", () => {
  test("to a webhook are refused before they are read, and its own programs post on", async () => {
    const token = await tokenOf(await home.onOriginchats("olga"));
    const slow = await many(40, () => begin("/webhooks?token=nobody", "{"));
    const got = await post(
      `${at()}/webhooks?token=${token}`,
      { content: "still here" },
      { "x-forwarded-for": "192.0.2.1" },
    );
    assert.equal(got.status, 204);
    assert.deepEqual(new Set(await statuses(slow)), new Set([401]));
  });

  test("to the uploads take no slot, with a false proof or before any", async () => {
    const ada = await home.onOriginchats("ada");
    const proof = '{"validator_key":"nobody","validator":"nobody"';
    const address = "127.0.0.1";
    const silent = await many(40, () => begin("/attachments/upload", "{", address));
    const liars = await many(40, () =>
      begin("/attachments/upload", `${proof},"file":"AAAA`, address),
    );
    const late = await begin("/attachments/upload", `{"file":"AAAA`, address);
    assert.equal((await uploadTo(at(), ada)).status, 201);
    assert.deepEqual(new Set(await statuses([...liars, late])), new Set([401]));
    assert.deepEqual(new Set(await statuses(silent)), new Set([408]));
  });
});

describe("slow bodies of those who may", () => {
  test("end after ten seconds, and hold four slots at most from however many addresses", async () => {
    const olga = await home.onOriginchats("olga");
    const [slowToken, token] = [await tokenOf(olga), await tokenOf(olga)];
    const proof = JSON.stringify(proofOf(olga)).slice(0, -1);
    const hooks = await many(8, (n) =>
      begin(`/webhooks?token=${slowToken}`, "{", `192.0.2.${n + 10}`),
    );
    const uploads = await many(8, (n) =>
      begin("/attachments/upload", `${proof},"file":"AAAA`, `192.0.2.${n + 10}`),
    );
    const got = await post(`${at()}/webhooks?token=${token}`, { content: "another's" });
    assert.equal(got.status, 204);
    for (const slow of [hooks, uploads]) {
      const sorted = [...(await statuses(slow))].sort();
      assert.deepEqual(sorted, [408, 408, 408, 408, 429, 429, 429, 429]);
    }
    const again = await post(`${at()}/webhooks?token=${slowToken}`, { content: "once more" });
    assert.equal(again.status, 204);
  });
});
