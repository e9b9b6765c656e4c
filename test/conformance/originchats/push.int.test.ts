/**
 * OriginChats 3, section 11: `push_get_vapid`, `push_subscribe`, `push_unsubscribe`; and what is sent, by part 2,
 * section 2. The push service is one of the test's own, which reads what it gets as a browser does.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { type Arrival, browser, pushServiceForTests } from "../../support/push-service.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({ config: { push: { internal: true } } });

const service = pushServiceForTests();

const at = (path: string): readonly Arrival[] =>
  service.arrivals.filter((one) => one.path === path);

const comes = (what: string, isThere: () => boolean): Promise<unknown> =>
  eventually(10_000, what, () => isThere() || undefined);

/** Makes an account, subscribes it and signs it out. */
async function away(name: string, path: string): Promise<ReturnType<typeof browser>> {
  await home.stack.operator.addUser(name);
  const client = await home.onOriginchats(name);
  const device = browser(`${service.base()}${path}`);
  const answer = await client.ask({ cmd: "push_subscribe", subscription: device.subscription });
  assert.deepEqual([answer.cmd, answer["success"]], ["push_subscribed", true]);
  const ada = await home.onOriginchats("ada");
  await client.close();
  await ada.next("user_disconnect", ({ username }) => username === name);
  return device;
}

test("push_get_vapid gives a point of the curve, the same every time", async () => {
  const ada = await home.onOriginchats("ada");
  const packet = await ada.ask({ cmd: "push_get_vapid" });
  assert.equal(packet.cmd, "push_vapid");
  const key = String(packet["key"]);
  assert.match(key, /^[A-Za-z0-9_-]{87}$/);
  assert.equal(Buffer.from(key, "base64url").length, 65);
  assert.equal((await ada.ask({ cmd: "push_get_vapid" }))["key"], key);
});

test("push_subscribe tells the endpoint's fingerprint, and refuses as push_unsubscribe does in the original's words", async () => {
  const ada = await home.onOriginchats("ada");
  const refused = async (packet: { cmd: string; [field: string]: unknown }): Promise<unknown> => {
    const answer = await ada.ask(packet);
    assert.deepEqual([answer.cmd, answer["src"]], ["error", packet.cmd]);
    return answer["val"];
  };
  for (const subscription of [undefined, "x", {}]) {
    const packet = { cmd: "push_subscribe", subscription };
    assert.equal(await refused(packet), "Missing subscription object");
  }
  const incomplete = "subscription must include endpoint, keys.p256dh and keys.auth";
  for (const subscription of [{ endpoint: "e" }, { endpoint: "e", keys: "x" }]) {
    assert.equal(await refused({ cmd: "push_subscribe", subscription }), incomplete);
  }
  const whole = { endpoint: "https://push.example/x", keys: { p256dh: "p", auth: "a" } };
  const ask = (subscription: object) => ada.ask({ cmd: "push_subscribe", subscription });
  const first = await ask(whole);
  const { listener: _, ...packet } = first;
  const print = packet["device_fingerprint"];
  assert.match(String(print), /^[0-9a-f]{16}$/);
  const subscribed = { cmd: "push_subscribed", success: true, device_fingerprint: print };
  assert.deepEqual(packet, subscribed);
  assert.equal((await ask(whole))["device_fingerprint"], print);
  const other = await ask({ ...whole, endpoint: "https://push.example/y" });
  assert.notEqual(other["device_fingerprint"], print);
  assert.equal(await refused({ cmd: "push_unsubscribe" }), "Missing endpoint");
  const unknown = await ada.ask({ cmd: "push_unsubscribe", endpoint: "nope" });
  assert.deepEqual([unknown.cmd, unknown["success"]], ["push_unsubscribed", true]);
});

test("who is away is notified once, under the most specific title, of what they may view", async () => {
  const device = await away("kim", "/kim");
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  olga.say("staff", "not for @kim");
  await olga.sees("not for @kim");
  ada.say("general", `@kim @&user ${"x".repeat(150)}`);
  await comes("a notification", () => at("/kim").length > 0);
  const [first] = at("/kim");
  assert.deepEqual(device.read(first?.body ?? Buffer.alloc(0)), {
    title: "#general — ada",
    body: `@kim @user ${"x".repeat(150)}`.slice(0, 120),
    channelName: "general",
  });
  assert.equal(first?.headers["ttl"], "86400");
  assert.match(String(first?.headers["authorization"]), /^vapid t=/);
  ada.say("general", "all of @&user originChats:<emoji>//chat.example/7");
  await comes("a second one", () => at("/kim").length > 1);
  assert.deepEqual(device.read(at("/kim")[1]?.body ?? Buffer.alloc(0)), {
    title: "#general — ada mentioned @user",
    body: "all of @user :emoji:",
    channelName: "general",
  });
  assert.equal(at("/kim").length, 2);
});

test("the author of what is replied to is notified, not after push_unsubscribe, nor while here", async () => {
  const device = await away("lou", "/lou");
  const ada = await home.onOriginchats("ada");
  const lou = await home.onOriginchats("lou");
  lou.say("general", "said by lou");
  await ada.sees("said by lou");
  const { id } = ada.messages().find(({ content }) => content === "said by lou") ?? { id: "" };
  ada.say("general", "@lou is here");
  await ada.sees("@lou is here");
  await lou.close();
  await ada.next("user_disconnect", ({ username }) => username === "lou");
  const reply = { cmd: "message_new", channel: "general", reply_to: id };
  await ada.ask({ ...reply, content: "silently", ping: false });
  await ada.ask({ ...reply, content: "to you" });
  await comes("a notification", () => at("/lou").length > 0);
  assert.deepEqual(device.read(at("/lou")[0]?.body ?? Buffer.alloc(0)), {
    title: "#general — ada replied",
    body: "to you",
    channelName: "general",
  });
  const again = await home.onOriginchats("lou");
  await again.ask({ cmd: "push_unsubscribe", endpoint: device.subscription.endpoint });
  await again.close();
  await away("max", "/max");
  ada.say("general", "@lou and @max");
  await comes("max's notification", () => at("/max").length > 0);
  assert.equal(at("/lou").length, 1);
});

test("a subscription whose endpoint is gone is given up", async () => {
  await away("ned", "/gone");
  await away("oda", "/oda");
  const ada = await home.onOriginchats("ada");
  ada.say("general", "one @ned");
  await comes("the answer 410", () => at("/gone").length === 1);
  ada.say("general", "two @oda");
  await comes("oda's notification", () => at("/oda").length === 1);
  ada.say("general", "three @ned @oda");
  await comes("oda's second notification", () => at("/oda").length === 2);
  assert.equal(at("/gone").length, 1);
});
