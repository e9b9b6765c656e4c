/** A file goes with its message, its channel or by itself: its address answers 404 to whoever kept it, however they ask. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { uploadTo } from "../support/web.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

interface Left {
  readonly url: string;
  /** What a browser that had the file asks with, and what it is answered while the file stands. */
  readonly asked: readonly (readonly [headers: Readonly<Record<string, string>>, status: number])[];
  readonly file: string;
  readonly message: string;
}

const ask = (url: string, method: string, headers: Readonly<Record<string, string>>) =>
  fetch(url, { method, headers });

/** Posts a file and reads it in each way. */
async function leave(client: OriginchatsClient, channel: string): Promise<Left> {
  const { body } = await uploadTo(at(), client, { channel });
  const file = String(body.attachment?.id);
  const posted = await client.ask({
    cmd: "message_new",
    channel,
    content: "see",
    attachments: [{ id: file }],
  });
  const url = `${at()}/attachments/${file}`;
  const first = await ask(url, "GET", {});
  assert.equal(first.status, 200);
  await first.arrayBuffer();
  const etag = first.headers.get("etag") ?? "";
  const asked = [
    [{}, 200],
    [{ range: "bytes=0-3" }, 206],
    [{ range: "bytes=0-3", "if-range": etag }, 206],
    [{ range: "bytes=999999-" }, 416],
    [{ "if-none-match": etag }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-modified-since": first.headers.get("last-modified") ?? "" }, 304],
  ] as const;
  for (const [headers, status] of asked) {
    const response = await ask(url, "GET", headers);
    await response.arrayBuffer();
    assert.equal(response.status, status, JSON.stringify(headers));
  }
  const { id } = posted["message"] as { readonly id: string };
  return { url, asked, file, message: id };
}

test("the address of a file that is gone answers 404, also for a part and to who has it still", async () => {
  const olga = await home.onOriginchats("olga");
  const permissions = { view: ["user"], send: ["user"], delete_own: ["user"] };
  const made = { cmd: "channel_create", name: "attic", type: "text", permissions };
  assert.equal((await olga.ask(made))["created"], true);
  const ada = await home.onOriginchats("ada");
  const ends: readonly (readonly [string, (left: Left) => Promise<{ readonly cmd: string }>])[] = [
    ["message", ({ message: id }) => ada.ask({ cmd: "message_delete", channel: "attic", id })],
    ["file", ({ file }) => ada.ask({ cmd: "attachment_delete", attachment_id: file })],
    ["channel", () => olga.ask({ cmd: "channel_delete", name: "attic" })],
  ];
  for (const [what, end] of ends) {
    const left = await leave(ada, "attic");
    assert.notEqual((await end(left)).cmd, "error", what);
    for (const method of ["GET", "HEAD"]) {
      for (const [headers] of left.asked) {
        const response = await ask(left.url, method, headers);
        await response.arrayBuffer();
        assert.equal(response.status, 404, `${what}: ${method} ${JSON.stringify(headers)}`);
      }
    }
  }
});
