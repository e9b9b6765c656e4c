/** Bridge table, leaving a protocol: each phase and each step back, on both protocols, as their people meet it. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { Phase } from "@dragoman/bus-schema";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post } from "../support/web.ts";

const oc = "https://oc.example.org";
const sc = "https://sc.example.org";
const home = stackForTests({
  config: { phases: { clients: [`originchats=${oc}`, `sockchat=${sc}`] } },
});

const hasty = stackForTests({
  config: {
    phases: { now: ["sockchat=announced", "originchats=announced"], tellMs: 300 },
    originchats: { pingMs: 100 },
    sockchat: { pingTimeoutMs: 4_000 },
  },
});

const step = (protocol: string, phase: Phase, more: object = {}): Promise<void> =>
  home.stack.operator.mustAccept({ type: "server.phase", protocol, phase, ...more });

afterEach(async () => {
  await step("sockchat", "open", { text: "" });
  await step("originchats", "open", { text: "" });
});

const said = (client: SockchatClient, text: string): Promise<unknown> =>
  client.next("2", ([, , author, body]) => author === "-1" && body === `0\fsay\f${text}`);
const shown = (client: OriginchatsClient, val: string): Promise<unknown> =>
  client.next("error", (packet) => packet["val"] === val);

/** Everything that a stranger is told who signs in on Sock Chat. */
async function refusedOnSockchat(...fields: string[]): Promise<readonly string[]> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat));
  client.send("1", ...fields);
  const last = await client.next("1");
  client.socket.terminate();
  return [
    ...client.log.entries.filter(([id]) => id === "7").map((packet) => packet[7] ?? ""),
    last.join("\t"),
  ];
}

async function refusedOnOriginchats(cmd: string, username: string): Promise<unknown> {
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats));
  client.send({ cmd, username, password: "dragoman" });
  const { val } = await client.next("auth_error");
  client.socket.terminate();
  return val;
}

test("announced: a notice at once and at each sign-in, on the protocol that is left alone", async () => {
  const ada = await home.onSockchat("ada");
  const ben = await home.onOriginchats("ben");
  const mark = ben.log.length;
  const words = "This community moves to OriginChats. Type /move to see how you come along.";
  await step("sockchat", "announced");
  await said(ada, words);
  const mona = await home.onSockchat("mona");
  await said(mona, words);
  await step("sockchat", "announced", { text: "On Sunday we go, all of us." });
  await said(ada, "On Sunday we go, all of us. Type /move to see how you come along.");
  ada.say("still here");
  await ben.sees("still here");
  assert.deepEqual(
    ben.log.since(mark).filter(({ cmd }) => cmd === "error"),
    [],
  );
  // Another page of hers a moment later shows nothing of what was said to the one before.
  mona.socket.terminate();
  const again = await home.onSockchat("mona");
  await said(again, "On Sunday we go, all of us. Type /move to see how you come along.");
  await step("sockchat", "open");
  await said(ada, "The move is called off: this chat goes on as before.");
});

test("announced on OriginChats is a banner of its client", async () => {
  const ben = await home.onOriginchats("ben");
  const words = "This community moves to Sock Chat. Call /move to see how you come along.";
  await step("originchats", "announced");
  assert.deepEqual(await ben.next("error"), { cmd: "error", src: "server_update", val: words });
  const olga = await home.onOriginchats("olga");
  await shown(olga, words);
  await step("originchats", "open");
  await shown(ben, "The move is called off: this server goes on as before.");
});

test("a step at a date is said with it, and comes by itself", async () => {
  const ada = await home.onSockchat("ada");
  await step("sockchat", "announced", { text: "We move." });
  await said(ada, "We move. Type /move to see how you come along.");
  const dateMs = Date.now() + 1_500;
  await step("sockchat", "read-only", { dateMs });
  await ada.next("2", ([, , , body]) =>
    /We move\. From \d+ \w+ \d{4}, \d\d:\d\d UTC on it can only be read here\./.test(body ?? ""),
  );
  await said(ada, "We move. Here it can only be read now. Type /move to see how you come along.");
  ada.say("too late?");
  await said(ada, "Nothing can be said here any more. Type /move to see how you come along.");
});

test("invited: nobody new comes in, everybody else does, and the other side takes all", async () => {
  await step("originchats", "invited");
  const words = `This community moves to Sock Chat. New people come in there. Go on at ${sc}`;
  assert.equal(await refusedOnOriginchats("register", "newone"), words);
  await home.onOriginchats("ben");
  await step("originchats", "announced");
  const newone = await OriginchatsClient.connect(portOf(home.stack.originchats));
  newone.send({ cmd: "register", username: "newone", password: "dragoman" });
  await newone.next("ready");
  newone.socket.terminate();
});

test("read-only: what is said is refused in words, and the other side goes on", async () => {
  const ada = await home.onSockchat("ada");
  const ben = await home.onOriginchats("ben");
  const olga = await home.onSockchat("olga");
  await step("sockchat", "read-only");
  await said(
    ada,
    "This community has moved to OriginChats. Here it can be read, and nothing said. Type /move to see how you come along.",
  );
  ada.say("one more word");
  await said(ada, "Nothing can be said here any more. Type /move to see how you come along.");
  ben.say("general", "read me");
  await ada.sees("read me");
  olga.say("the owner speaks");
  await ben.sees("the owner speaks");
  assert.equal(ben.has("one more word"), false);
  await step("sockchat", "open");
  ada.say("and I again");
  await ben.sees("and I again");
});

test("read-only on OriginChats", async () => {
  const ben = await home.onOriginchats("ben");
  const ada = await home.onSockchat("ada");
  await step("originchats", "read-only");
  await ben.next("error");
  // Its client says that somebody types at `/move` as well: that is no reason for a banner.
  ben.send({ cmd: "typing", channel: "general" });
  ben.say("general", "one more word");
  const barred = "Nothing can be said here any more. Call /move to see how you come along.";
  await shown(ben, barred);
  assert.equal(ben.log.entries.filter(({ val }) => val === barred).length, 1);
  ada.say("read me too");
  await ben.sees("read me too");
  const around = await ben.ask({ cmd: "messages_get", channel: "general" });
  assert.equal(around["cmd"], "messages_get");
});

test("a program is told where the community is, and its webhook works again after a step back", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onSockchat("ada");
  const made = await olga.ask({ cmd: "webhook_create", channel: "general", name: "builds" });
  const { token } = made["webhook"] as { readonly token: string };
  const url = `http://127.0.0.1:${portOf(home.stack.originchats)}/webhooks?token=${token}`;
  const answered = async (content: string): Promise<unknown> => {
    const { status, body } = await post(url, { content });
    return status === 204 ? status : [status, body];
  };
  await step("originchats", "invited");
  assert.equal(await answered("build 1"), 204);
  await said(ada, "builds: build 1");
  const error = `This community has moved to Sock Chat. Here it can be read, and nothing said. Go on at ${sc}`;
  await step("originchats", "read-only");
  assert.deepEqual(await answered("build 2"), [403, { error }]);
  await step("originchats", "closed", { text: "We are gone." });
  const closed = `We are gone. This server is closed. Go on at ${sc}`;
  assert.deepEqual(await answered("build 3"), [403, { error: closed }]);
  await step("originchats", "open", { text: "" });
  assert.equal(await answered("build 4"), 204);
  await said(ada, "builds: build 4");
  assert.doesNotMatch(JSON.stringify(ada.log.entries), /build [23]/);
});

test("closed: who is there goes with the last word, who comes is refused, the owner is not", async () => {
  const ada = await home.onSockchat("ada");
  const olga = await home.onSockchat("olga");
  const ben = await home.onOriginchats("ben");
  await step("sockchat", "closed", { text: "We are at our new place." });
  const words = `We are at our new place. This chat is closed. Go on at ${oc}`;
  await said(ada, words);
  assert.equal((await ada.closed()).code, 1000);
  assert.equal(
    ada.log.entries.some(([id]) => id === "9"),
    false,
  );
  await said(olga, words);
  assert.deepEqual(await refusedOnSockchat("Local", "ada", "dragoman"), [
    `0\fsay\f${words}`,
    "1\tn\tauthfail",
  ]);
  assert.deepEqual(await refusedOnSockchat("Local", "ada", "wrong"), ["1\tn\tauthfail"]);
  await home.onSockchat("olga");
  await ben.next("user_disconnect", (packet) => packet["username"] === "ada");
  await home.onOriginchats("ada");
  await step("sockchat", "read-only");
  await home.onSockchat("ada");
});

test("closed on OriginChats: its client comes back, and is told why it is not let in", async () => {
  const ben = await home.onOriginchats("ben");
  const olga = await home.onOriginchats("olga");
  await step("originchats", "closed");
  const words = `This community has moved to Sock Chat. This server is closed. Go on at ${sc}`;
  await shown(ben, words);
  // The window for logging in: a client that a click has connected does not come back by itself.
  await ben.next("auth_error", (packet) => packet["val"] === words);
  assert.equal((await ben.closed()).code, 1000);
  assert.equal(await refusedOnOriginchats("login", "ben"), words);
  assert.equal(await refusedOnOriginchats("register", "another"), words);
  await shown(olga, words);
  assert.equal(olga.isOpen, true);
  await home.onSockchat("ben");
  await step("originchats", "open");
  await home.onOriginchats("ben");
});

test("each step stands in the audit log", async () => {
  const olga = await home.onOriginchats("olga");
  await step("sockchat", "announced", { text: "Soon." });
  const answer = await olga.ask({ cmd: "modlog_get", action: "phase" });
  assert.match(JSON.stringify(answer), /"announced"/);
});

test("whoever stays connected is told again once a day, and not what is open", async () => {
  const ada = await hasty.onSockchat("ada");
  const ben = await hasty.onOriginchats("ben");
  for (let n = 0; n < 3; n += 1) {
    await said(ada, "This community moves to OriginChats. Type /move to see how you come along.");
    await shown(ben, "This community moves to Sock Chat. Call /move to see how you come along.");
  }
});
