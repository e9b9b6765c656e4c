/** Webhooks (reference part 3, section 9), over real sockets and HTTP. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OriginchatsClient } from "../../support/originchats-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";
import { post } from "../../support/web.ts";

const home = stackForTests({ originchats: 2, config: { limits: { webhookPerMinute: 0 } } });
const at = (index = 0): string => `http://127.0.0.1:${portOf(home.stack.originchats, index)}`;
const denied = "Access denied: 'manage_server' permission required";

interface Hook {
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly token: string;
  readonly avatar: string | null;
}

async function hooked(
  olga: OriginchatsClient,
  change: Record<string, unknown> = {},
): Promise<Hook> {
  const got = await olga.ask({
    cmd: "webhook_create",
    channel: "general",
    name: "Hook",
    ...change,
  });
  return got["webhook"] as Hook;
}

const errorOf = async (client: OriginchatsClient, packet: { cmd: string; [f: string]: unknown }) =>
  (await client.ask(packet))["val"];

describe("webhook_create", () => {
  test("answers with the token, to the asker alone", async () => {
    const olga = await home.onOriginchats("olga");
    const ada = await home.onOriginchats("ada");
    const since = ada.log.length;
    const { id, token, created_by, created_at, ...rest } = (await hooked(olga, {
      avatar: "https://e.org/h.png",
    })) as Hook & { readonly created_by: unknown; readonly created_at: unknown };
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.match(token, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[0-9a-f]{32}$/);
    assert.equal(typeof created_by, "string");
    assert.ok(Math.abs(Number(created_at) - Date.now() / 1000) < 60);
    assert.deepEqual(rest, { channel: "general", name: "Hook", avatar: "https://e.org/h.png" });
    assert.equal((await hooked(olga, { avatar: "" })).avatar, null);
    await ada.ask({ cmd: "ping" });
    assert.equal(ada.log.since(since).length, 1);
  });

  test("each refusal has its text", async () => {
    const olga = await home.onOriginchats("olga");
    const ada = await home.onOriginchats("ada");
    await home.stack.operator.mustAccept({
      type: "channel.create",
      kind: "voice",
      name: "lounge",
      permissions: { view: ["user"] },
    });
    const cases: readonly (readonly [object, string])[] = [
      [{}, "Channel is required"],
      [{ channel: "general" }, "Webhook name is required"],
      [{ channel: "general", name: "  " }, "Webhook name is required"],
      [{ channel: "nope", name: "w" }, "Channel not found"],
      [{ channel: "lounge", name: "w" }, "Webhooks can only be created for text channels"],
      [{ channel: "general", name: "n".repeat(101) }, "Failed to create webhook"],
    ];
    for (const [packet, val] of cases) {
      assert.equal(await errorOf(olga, { cmd: "webhook_create", ...packet }), val);
    }
    for (const cmd of ["create", "update", "regenerate", "delete"]) {
      assert.equal(await errorOf(ada, { cmd: `webhook_${cmd}` }), denied);
    }
  });
});

describe("webhook_get and webhook_list", () => {
  test("tokens are for whoever manages the server; others see what they may view", async () => {
    const olga = await home.onOriginchats("olga");
    const ada = await home.onOriginchats("ada");
    const open = await hooked(olga);
    const hidden = await hooked(olga, { channel: "staff", name: "Staff hook" });
    const all = (await olga.ask({ cmd: "webhook_list" }))["webhooks"] as readonly Hook[];
    assert.deepEqual(
      all.find(({ id }) => id === open.id),
      open,
    );
    assert.deepEqual(
      all.find(({ id }) => id === hidden.id),
      hidden,
    );
    const { token: _, ...bare } = open;
    const seen = (await ada.ask({ cmd: "webhook_list" }))["webhooks"] as readonly Hook[];
    assert.deepEqual(
      seen.find(({ id }) => id === open.id),
      bare,
    );
    assert.equal(
      seen.some(({ id, token }) => id === hidden.id || token !== undefined),
      false,
    );
    const staff = (await olga.ask({ cmd: "webhook_list", channel: "staff" }))[
      "webhooks"
    ] as readonly Hook[];
    assert.deepEqual(new Set(staff.map(({ channel }) => channel)), new Set(["staff"]));
    assert.equal(
      await errorOf(olga, { cmd: "webhook_list", channel: "nope" }),
      "Channel not found",
    );
    assert.equal(
      await errorOf(ada, { cmd: "webhook_list", channel: "staff" }),
      "Channel not found",
    );
    assert.deepEqual((await ada.ask({ cmd: "webhook_get", id: open.id }))["webhook"], bare);
    assert.deepEqual((await olga.ask({ cmd: "webhook_get", id: open.id }))["webhook"], bare);
    assert.equal(await errorOf(ada, { cmd: "webhook_get", id: hidden.id }), "Webhook not found");
    assert.equal(await errorOf(ada, { cmd: "webhook_get", id: "nope" }), "Webhook not found");
    assert.equal(await errorOf(ada, { cmd: "webhook_get" }), "Webhook ID is required");
  });
});

describe("webhook_update, webhook_regenerate, webhook_delete", () => {
  test("change what they say and answer with the whole", async () => {
    const olga = await home.onOriginchats("olga");
    const hook = await hooked(olga);
    const renamed = await olga.ask({
      cmd: "webhook_update",
      id: hook.id,
      name: " New ",
      avatar: "a",
    });
    assert.deepEqual(renamed["webhook"], { ...hook, name: "New", avatar: "a" });
    const cleared = await olga.ask({ cmd: "webhook_update", id: hook.id, avatar: null });
    assert.deepEqual(cleared["webhook"], { ...hook, name: "New" });
    const again = (await olga.ask({ cmd: "webhook_regenerate", id: hook.id }))["webhook"] as Hook;
    assert.notEqual(again.token, hook.token);
    assert.equal(
      (await post(`${at()}/webhooks?token=${hook.token}`, { content: "old" })).status,
      401,
    );
    assert.equal(
      (await post(`${at()}/webhooks?token=${again.token}`, { content: "new" })).status,
      204,
    );
    const deleted = await olga.ask({ cmd: "webhook_delete", id: hook.id });
    assert.deepEqual(
      [deleted.cmd, deleted["id"], deleted["deleted"]],
      ["webhook_delete", hook.id, true],
    );
    assert.equal(
      (await post(`${at()}/webhooks?token=${again.token}`, { content: "x" })).status,
      401,
    );
  });

  test("each refusal has its text", async () => {
    const olga = await home.onOriginchats("olga");
    const { id } = await hooked(olga);
    for (const cmd of ["webhook_update", "webhook_regenerate", "webhook_delete"]) {
      assert.equal(await errorOf(olga, { cmd }), "Webhook ID is required");
      assert.equal(await errorOf(olga, { cmd, id: "nope", name: "x" }), "Webhook not found");
    }
    assert.equal(await errorOf(olga, { cmd: "webhook_update", id }), "No updates provided");
    assert.equal(await errorOf(olga, { cmd: "webhook_update", id: "nope" }), "Webhook not found");
    for (const name of ["", "  ", 5]) {
      const val = await errorOf(olga, { cmd: "webhook_update", id, name });
      assert.equal(val, "Webhook name must be a non-empty string");
    }
    assert.equal(
      await errorOf(olga, { cmd: "webhook_update", id, name: "n".repeat(101) }),
      "Failed to update webhook",
    );
  });
});

describe("POST /webhooks (part 3, 9.1)", () => {
  test("refuses in the reference's order", async () => {
    const olga = await home.onOriginchats("olga");
    const { token } = await hooked(olga);
    const right = `?token=${token}`;
    const cases: readonly (readonly [string, unknown, number, string, string?])[] = [
      ["", { content: "x" }, 401, "Webhook token required"],
      ["?token=", { content: "x" }, 401, "Webhook token required"],
      [
        right,
        "content=x",
        415,
        "Content-Type must be application/json",
        "application/x-www-form-urlencoded",
      ],
      ["?token=bad", { content: "x" }, 401, "Invalid webhook token"],
      ["?token=bad", "{bad", 401, "Invalid webhook token"],
      [
        `?token=${token.slice(0, 36)}${"0".repeat(32)}`,
        { content: "x" },
        401,
        "Invalid webhook token",
      ],
      [right, "{bad", 400, "Invalid JSON body"],
      [right, "[]", 400, "Invalid JSON body"],
      [right, '"s"', 400, "Invalid JSON body"],
      [right, {}, 400, "No content provided"],
      [right, { content: 5 }, 400, "No content provided"],
      [right, { content: " ", embeds: [] }, 400, "No content provided"],
      [
        right,
        { content: "x".repeat(2001) },
        400,
        "Message too long. Maximum length is 2000 characters",
      ],
      [right, { content: "x", embeds: "x" }, 400, "Embeds must be an array"],
      [right, { content: "x", embeds: Array(11).fill({}) }, 400, "Cannot have more than 10 embeds"],
    ];
    for (const [query, body, status, error, type] of cases) {
      const got = await post(
        `${at()}/webhooks${query}`,
        body,
        type ? { "content-type": type } : {},
      );
      assert.deepEqual([got.status, got.body], [status, { error }]);
      assert.equal(got.headers.get("access-control-allow-origin"), "*");
    }
    const bytes = new Uint8Array([0xff, 0xfe]);
    const raw = await post(`${at()}/webhooks${right}`, bytes);
    assert.deepEqual([raw.status, raw.body], [400, { error: "Invalid JSON body" }]);
    const large = `{"content":"${"z".repeat(10 * 1024 * 1024)}"}`;
    const much = await post(`${at()}/webhooks${right}`, large);
    assert.deepEqual(
      [much.status, much.body],
      [413, { error: "Request body too large (max 10MB)" }],
    );
  });

  test("posts what Discord's programs send, at any gateway and path", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const hook = await hooked(olga);
    const own = { id: hook.id, name: "Hook", avatar: null };
    const cases: readonly (readonly [object, object])[] = [
      [{ content: "hello from outside" }, { content: "hello from outside", webhook: own }],
      [{ text: "text field" }, { content: "text field", webhook: own }],
      [{ message: "message field" }, { content: "message field", webhook: own }],
      [
        { content: "named", username: "Other", avatar_url: "https://e.org/o.png" },
        { content: "named", webhook: { ...own, name: "Other", avatar: "https://e.org/o.png" } },
      ],
      [
        { content: "", embeds: [{ title: "T", description: "D" }] },
        { content: "", webhook: own, embeds: [{ title: "T", description: "D" }] },
      ],
    ];
    for (const [index, [body, wanted]] of cases.entries()) {
      const path = index % 2 === 0 ? "/webhooks" : `/webhooks/${hook.id}`;
      const got = await post(`${at(index % 2)}${path}?token=${hook.token}`, body);
      assert.deepEqual([got.status, got.body], [204, ""]);
      const packet = await ben.next("message_new");
      const { id: _, timestamp: __, ...message } = packet["message"] as Record<string, unknown>;
      assert.deepEqual(message, {
        user: "originChats",
        ...wanted,
        pinned: false,
        type: "message",
        interaction: null,
      });
      assert.equal(packet["channel"], "general");
      assert.equal(packet["global"], true);
    }
  });

  test("reaches nobody who may not view the channel", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const staff = await hooked(olga, { channel: "staff" });
    const open = await hooked(olga);
    await post(`${at()}/webhooks?token=${staff.token}`, { content: "to staff" });
    await post(`${at()}/webhooks?token=${open.token}`, { content: "to all" });
    await olga.sees("to staff");
    await ben.sees("to all");
    assert.equal(ben.has("to staff"), false);
  });

  test("GitHub's form: pushes become embeds, its ping is answered, others are not handled", async () => {
    const olga = await home.onOriginchats("olga");
    const { token } = await hooked(olga);
    const url = `${at()}/webhooks?token=${token}`;
    const push = {
      ref: "refs/heads/main",
      repository: { full_name: "o/r", html_url: "https://github.com/o/r" },
      sender: { login: "dev", avatar_url: "https://e.org/d.png" },
      compare: "https://github.com/o/r/compare/a...b",
      commits: [
        {
          id: "abcdef1234567",
          message: "One\n\nbody",
          url: "https://github.com/o/r/commit/abcdef1",
        },
        { id: "1234567890", message: "Two", url: "u2" },
      ],
    };
    const sent = async (event: string, body: object) =>
      post(url, body, { "x-github-event": event });
    assert.equal((await sent("push", push)).status, 204);
    const message = (await olga.next("message_new"))["message"] as Record<string, unknown>;
    assert.deepEqual(message["webhook"], {
      id: "github",
      name: "GitHub",
      avatar: "https://github.githubassets.com/images/modules/logos_page/GitHub-Mark.png",
    });
    const [embed] = message["embeds"] as readonly Record<string, unknown>[];
    assert.match(String(embed?.["timestamp"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const { timestamp: _, ...rest } = embed ?? {};
    assert.deepEqual(rest, {
      title: "main: 2 commits",
      url: "https://github.com/o/r/compare/a...b",
      color: 2_369_838,
      author: { name: "dev - o/r", url: "https://github.com/o/r", icon_url: "https://e.org/d.png" },
      description: "[`abcdef1`](https://github.com/o/r/commit/abcdef1) One\n[`1234567`](u2) Two",
    });
    const titles: readonly (readonly [object, string])[] = [
      [{ deleted: true, created: true, commits: [] }, "main deleted"],
      [{ created: true, forced: true }, "main created"],
      [{ forced: true }, "main force-pushed"],
      [{ commits: push.commits.slice(1) }, "main: 1 commit"],
    ];
    for (const [change, title] of titles) {
      await sent("push", { ...push, ...change });
      const told = (await olga.next("message_new"))["message"] as Record<string, unknown>;
      assert.equal((told["embeds"] as readonly Record<string, unknown>[])[0]?.["title"], title);
    }
    assert.equal((await sent("ping", { zen: "x", repository: push.repository })).status, 204);
    const other = await sent("create", push);
    assert.deepEqual([other.status, other.body], [400, { error: "Unhandled event type: create" }]);
  });
});

describe("the budget of a webhook", () => {
  const limited = stackForTests({ originchats: 1, config: { limits: { webhookPerMinute: 2 } } });

  test("above it the answer is 429", async () => {
    const olga = await limited.onOriginchats("olga");
    const { token } = await hooked(olga);
    const url = `http://127.0.0.1:${portOf(limited.stack.originchats)}/webhooks?token=${token}`;
    const codes: number[] = [];
    for (const n of [1, 2, 3]) codes.push((await post(url, { content: `m${n}` })).status);
    assert.deepEqual(codes, [204, 204, 429]);
  });
});
