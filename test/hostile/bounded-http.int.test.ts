/**
 * Nothing that comes over HTTP keeps anybody waiting either: webhook bodies, uploads, query strings and addresses for
 * notifications, with texts of many shapes in every field. `DRAGOMAN_TEST_LONG=1` sends every shape in every field, at
 * the full length of a body.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shapes, textOf, values, worst } from "../support/long-texts.ts";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import { asProcess, portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post, proofOf } from "../support/web.ts";
import { type Case, pingOriginchats, tryAll, Witness } from "../support/witness.ts";

const isLong = process.env["DRAGOMAN_TEST_LONG"] === "1";
const home = stackForTests({
  processes: ["core", "originchats"],
  config: {
    graceMs: 0,
    limits: { webhookPerMinute: 0 },
    attachments: { perMinute: 1_000_000 },
  },
});
const bodyBytes = isLong ? 8 * 1024 * 1024 : 256 * 1024;
/** Of a request line and of headers Node takes 16 KiB. */
const lineBytes = 12 * 1024;
/** A body is read, judged and parsed: some tens of ms for a megabyte. */
const cpuSeconds = isLong ? 0.5 : 0.08;
const atOnce = 2;
const names = Object.keys(isLong ? shapes : worst);
const base = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

/** A request, and what it may be answered with. */
interface Request extends Case {
  readonly send: () => Promise<number>;
}
const request = (what: string, send: () => Promise<number>): Request => ({
  what,
  frame: () => "",
  send,
});

const statusOf = async (answer: Promise<{ readonly status: number }>): Promise<number> =>
  (await answer).status;

/** Fields of a body, each with what goes round it. */
const messageFields: Readonly<Record<string, (text: unknown) => unknown>> = {
  content: (text) => ({ content: text }),
  text: (text) => ({ text }),
  message: (text) => ({ message: text }),
  username: (text) => ({ content: "x", username: text }),
  avatar_url: (text) => ({ content: "x", avatar_url: text }),
  embeds: (text) => ({ embeds: text }),
  "embed.title": (text) => ({ embeds: [{ title: text }] }),
  "embed.url": (text) => ({ embeds: [{ title: "x", url: text }] }),
  "embed.description": (text) => ({ embeds: [{ description: text }] }),
  "embed.color": (text) => ({ embeds: [{ title: "x", color: text }] }),
  "embed.fields": (text) => ({ embeds: [{ fields: [{ name: text, value: text }] }] }),
  unknown: (text) => ({ content: "x", unknown: text }),
};
const pushFields: Readonly<Record<string, (text: unknown) => unknown>> = {
  ref: (text) => ({ ref: text, commits: [] }),
  compare: (text) => ({ ref: "refs/heads/main", compare: text, commits: [] }),
  "commit.message": (text) => ({ ref: "refs/heads/main", commits: [{ id: "1", message: text }] }),
  "repository.name": (text) => ({ ref: "refs/heads/main", repository: { full_name: text } }),
  "sender.login": (text) => ({ ref: "refs/heads/main", sender: { login: text } }),
};
const uploadFields = ["name", "mime_type", "channel", "thread_id", "validator", "file"];

function* requests(token: string, uploader: OriginchatsClient): Generator<Request> {
  const hook = `${base()}/webhooks?token=${token}`;
  for (const shape of names) {
    const text = textOf(shape, bodyBytes);
    for (const [field, wrap] of Object.entries(messageFields)) {
      yield request(`${shape} in a webhook's ${field}`, () => statusOf(post(hook, wrap(text))));
    }
    for (const [field, wrap] of Object.entries(pushFields)) {
      yield request(`${shape} in a push's ${field}`, () =>
        statusOf(post(hook, wrap(text), { "x-github-event": "push" })),
      );
    }
    for (const field of uploadFields) {
      const body = { ...proofOf(uploader), channel: "general", [field]: text };
      yield request(`${shape} in an upload's ${field}`, () =>
        statusOf(post(`${base()}/attachments/upload`, body)),
      );
    }
    const line = encodeURIComponent(textOf(shape, lineBytes / 9));
    for (const path of ["webhooks?token=", "attachments/", "emojis/", "icon?v=", ""]) {
      yield request(`${shape} behind /${path}`, () =>
        statusOf(post(`${base()}/${path}${line}`, {})),
      );
      yield request(`${shape} asked for behind /${path}`, () =>
        statusOf(fetch(`${base()}/${path}${line}`)),
      );
    }
  }
  for (const [name, value] of Object.entries(values)) {
    const json = value(bodyBytes);
    for (const body of [json, `{"content":${json}}`, `{"embeds":[{"fields":${json}}]}`]) {
      yield request(`${name} as ${body.slice(0, 24)}`, () => statusOf(post(hook, body)));
      yield request(`${name} as an upload ${body.slice(0, 24)}`, () =>
        statusOf(post(`${base()}/attachments/upload`, body)),
      );
    }
  }
}

test("no text in any field of a request keeps anybody waiting", async () => {
  const witness = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  const made = await olga.ask({ cmd: "webhook_create", channel: "general", name: "Hook" });
  const { token } = made["webhook"] as { readonly token: string };
  await tryAll(
    {
      gateway: asProcess(home.stack.originchats[0]),
      witness: new Witness(() => pingOriginchats(witness)),
      atOnce,
      cpuSeconds,
    },
    requests(token, olga),
    async (batch) => {
      const told = await Promise.all(batch.map((each) => (each as Request).send()));
      for (const [n, status] of told.entries()) {
        assert.ok(status < 500 || status === 503, `${batch[n]?.what}: ${status}`);
      }
    },
  );
});

test("no address for notifications keeps anybody waiting", async () => {
  const witness = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  const endpoints = names.map((shape) => `https://push.example/${textOf(shape, 100_000)}`);
  const cases = [...endpoints, ...names.map((shape) => `https://${textOf(shape, 100_000)}`)];
  await tryAll(
    {
      gateway: asProcess(home.stack.originchats[0]),
      witness: new Witness(() => pingOriginchats(witness)),
      atOnce,
      cpuSeconds,
    },
    cases.map((endpoint) => ({
      what: endpoint.slice(0, 40),
      frame: () =>
        JSON.stringify({
          cmd: "push_subscribe",
          subscription: { endpoint, keys: { p256dh: "x", auth: "x" } },
        }),
    })),
    async (batch) => {
      for (const { frame } of batch) olga.sendRaw(frame());
      await olga.ask({ cmd: "ping" }, 60_000);
    },
  );
});
