/** Bridge table, leaving a protocol: each phase and each step back, on both protocols, as their people meet it. */
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import type { Phase } from "@dragoman/bus-schema";
import { OriginchatsClient, type OriginchatsPacket } from "../support/originchats-client.ts";
import { startRotur } from "../support/rotur.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post } from "../support/web.ts";

const oc = "https://oc.example.org";
const sc = "https://sc.example.org";
const rotur = await startRotur();
const home = stackForTests({
  config: {
    accounts: { providers: ["local", "token", "site", "rotur"] },
    rotur: { url: rotur.url },
    journal: { comeBackMs: 50 },
    phases: { clients: [`originchats=${oc}`, `sockchat=${sc}`] },
  },
});
after(() => rotur.stop());

/** What a browser says of its page, and no program does. */
const page = { origin: "https://chat.example.org" };

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
  // Late enough that a busy machine says it before.
  const dateMs = Date.now() + 3_000;
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

/** The key of a connection, for Rotur. */
const keyOf = ({ log }: OriginchatsClient): string =>
  String(Reflect.get(Object(log.entries[0]?.["val"]), "validator_key"));

/** A connection that has tried to sign in, and what it was told, up to a packet. */
async function comeByPage(
  headers: Readonly<Record<string, string>>,
  attempt: (key: string) => OriginchatsPacket,
  lasts: string,
): Promise<readonly [client: OriginchatsClient, told: readonly OriginchatsPacket[]]> {
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats), { headers });
  const mark = client.log.length;
  client.send(attempt(keyOf(client)));
  await client.next(lasts);
  return [client, client.log.since(mark).filter(({ cmd }) => cmd !== "ping")];
}

const byRotur =
  (id: string, name: string) =>
  (key: string): OriginchatsPacket => ({ cmd: "auth", validator: rotur.validator(key, id, name) });
const byPassword = (username: string) => (): OriginchatsPacket => ({
  cmd: "login",
  username,
  password: "dragoman",
});

/** Packets without what differs in each run. What is one message has one id: the stock client shows each id once. */
const steady = (packets: readonly OriginchatsPacket[]): unknown =>
  JSON.parse(JSON.stringify(packets, (key, value) => (key === "timestamp" ? key : value)));

function signpost(words: string): readonly object[] {
  const permissions = { view: ["user"], send: ["nobody"], react: ["nobody"] };
  const id = "00000000-0000-4000-8000-000000000000";
  const message = { user: "originChats", content: words, timestamp: "timestamp", id };
  return [
    { cmd: "channels_get", val: [{ type: "text", name: "where-to-go", permissions }] },
    {
      cmd: "messages_get",
      channel: "where-to-go",
      messages: [{ ...message, pinned: false, type: "message" }],
      range: { start: 0, end: 1 },
    },
  ];
}

test("a page of OriginChats that is not let in shows a channel with the words, and comes in after a step back", async () => {
  await step("originchats", "invited");
  const words = `This community moves to Sock Chat. New people come in there. Go on at ${sc}`;
  const banner = { cmd: "error", src: "server_update", val: words };
  const refusal = { cmd: "auth_error", val: words };
  const [nova, told] = await comeByPage(page, byRotur("usr-nova", "nova"), "messages_get");
  assert.deepEqual(steady(told), [banner, ...signpost(words)]);
  const mark = nova.log.length;
  nova.send({ cmd: "messages_get", channel: "where-to-go", limit: 100, listener: "a" });
  nova.send({ cmd: "unreads_ack", channel: "where-to-go" });
  nova.send({ cmd: "channels_get" });
  nova.send({ cmd: "message_new", channel: "where-to-go", content: "hello?" });
  await shown(nova, words);
  const [channels, messages] = signpost(words);
  assert.deepEqual(steady(nova.log.since(mark).filter(({ cmd }) => cmd !== "ping")), [
    { ...messages, listener: "a" },
    channels,
    banner,
  ]);
  const [bot, answer] = await comeByPage({}, byRotur("usr-bot", "nova-bot"), "auth_error");
  assert.deepEqual(answer, [banner, refusal]);
  bot.socket.terminate();
  await step("originchats", "closed");
  const left = `This community has moved to Sock Chat. This server is closed. Go on at ${sc}`;
  // Who waits is asked to log in anew, and told what holds now.
  const shaken = nova.log.length;
  assert.equal((await nova.next("handshake"))["cmd"], "handshake");
  const key = keyOf(nova);
  nova.send(byRotur("usr-nova", "nova")(key));
  await nova.next("messages_get");
  assert.deepEqual(
    steady(nova.log.since(shaken).filter(({ cmd }) => cmd !== "ping" && cmd !== "handshake")),
    [{ ...banner, val: left }, ...signpost(left)],
  );
  const [ben, seen] = await comeByPage(page, byPassword("ben"), "messages_get");
  assert.deepEqual(steady(seen), [
    { ...banner, val: left },
    { ...refusal, val: left },
    ...signpost(left),
  ]);
  const [program] = await comeByPage({}, byPassword("ada"), "auth_error");
  await step("originchats", "open");
  await ben.next("handshake");
  ben.send(byPassword("ben")());
  await nova.next("handshake");
  nova.send(byRotur("usr-nova", "nova")(key));
  for (const client of [ben, nova]) {
    await client.next("ready");
    client.socket.terminate();
  }
  assert.equal((await program.closed()).code, 1012, "a program comes back");
});

test("closed on OriginChats: a page that is there stands before the words, without a window", async () => {
  const [ben] = await comeByPage(page, byPassword("ben"), "ready");
  const mark = ben.log.length;
  await step("originchats", "closed");
  assert.equal((await ben.closed()).code, 1000);
  const words = `This community has moved to Sock Chat. This server is closed. Go on at ${sc}`;
  const told = ben.log.since(mark).filter(({ cmd }) => cmd !== "ping");
  const banner = { cmd: "error", src: "server_update", val: words };
  assert.deepEqual(steady(told.slice(-3)), [banner, ...signpost(words)]);
  assert.equal(
    told.some(({ cmd }) => cmd === "auth_error"),
    false,
  );
});

test("a page of Sock Chat that is not let in shows a channel with the words, and is answered there", async () => {
  const ben = await home.onOriginchats("ben");
  await step("sockchat", "closed");
  const words = `This community has moved to OriginChats. This chat is closed. Go on at ${oc}`;
  const ada = await SockchatClient.connect(portOf(home.stack.sockchat), page);
  ada.send("1", "Local", "ada", "dragoman");
  await ada.next("5");
  const [line] = ada.log.entries.filter(([id, kind]) => id === "7" && kind === "1");
  const [seconds = "", id = ""] = [line?.[2], line?.[8]];
  assert.deepEqual(
    ada.log.entries.map((packet) => packet.join("\t")),
    [
      "1\ty\t1\tada\tinherit\t0\f0\f0\f0\f0\twhere-to-go\t2000\tsignpost\t2000",
      "7\t2\t1\twhere-to-go\t0\t0",
      "7\t0\t0",
      `7\t1\t${seconds}\t-1\tChatBot\tinherit\t\t0\fsay\f${words}\t${id}\t0\t10010`,
      "5\t2\twhere-to-go",
    ],
  );
  const mark = ada.log.length;
  ada.send("0", "1");
  ada.send("2", "1", "is anybody here?");
  await said(ada, words);
  assert.deepEqual(
    ada.log.since(mark).map(([packetId, first]) => (packetId === "0" ? first : packetId)),
    ["pong", "2"],
  );
  await step("sockchat", "open");
  assert.equal((await ada.closed()).code, 1012, "it comes back, and in");
  assert.doesNotMatch(JSON.stringify(ben.log.entries), /is anybody here|"username":"ada"/);
});

test("a page of OriginChats whose person was put out is told so, where it looks for it", async () => {
  const { operator } = home.stack;
  const [nils] = await comeByPage(page, byRotur("usr-nils", "nils"), "ready");
  await operator.mustAccept({ type: "moderation.ban", target: "nils", addresses: false });
  await nils.closed();
  const banner = { cmd: "error", src: "user_ban", val: "You are banned from this server" };
  const refusal = { cmd: "auth_error", val: "Access denied: You are banned from this server" };
  // Its client hangs up at the first, and shows no window.
  const [one, byToken] = await comeByPage(page, byRotur("usr-nils", "nils"), "auth_error");
  assert.deepEqual(byToken, [banner, refusal]);
  await operator.mustAccept({ type: "moderation.ban", target: "mona", addresses: false });
  // Here it waits in the window, and hangs up after that.
  const [two, typed] = await comeByPage(page, byPassword("mona"), "error");
  assert.deepEqual(typed, [refusal, banner]);
  for (const { socket } of [one, two]) socket.terminate();
  await operator.mustAccept({ type: "moderation.unban", target: "mona" });
  await operator.mustAccept({ type: "moderation.unban", target: "nils" });
  const [back] = await comeByPage(page, byRotur("usr-nils", "nils"), "ready");
  await operator.mustAccept({ type: "moderation.kick", target: "nils", seconds: 600 });
  await back.closed();
  const [three, kicked] = await comeByPage(page, byRotur("usr-nils", "nils"), "error");
  three.socket.terminate();
  assert.deepEqual(
    kicked.map(({ cmd, src }) => [cmd, src]),
    [["error", "user_kick"]],
  );
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
