/** Bridge table, leaving a protocol: `/move` takes a person over to the other side, with all that is theirs. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

let site: SiteStand;
let stack: Stack;

before(async () => {
  site = await startSite("sharpchat");
  stack = await startStack({
    sockchat: 1,
    originchats: 1,
    config: {
      accounts: { providers: ["local", "token", "site"] },
      site: { url: site.base, secret: siteSecret, cacheMs: 0 },
      phases: { clients: ["originchats=oc.example.org", "sockchat=https://sc.example.org"] },
    },
  });
});
after(async () => {
  await stack.stop();
  await site.stop();
});

const onSockchat = (name: string) => SockchatClient.signIn(portOf(stack.sockchat), name);

/** What `/move` says on Sock Chat, and the code in it. */
async function move(client: SockchatClient): Promise<readonly [text: string, code: string]> {
  client.say("/move");
  const text =
    (await client.next("2", ([, , , body]) => body?.includes("comes along") === true))[3] ?? "";
  return [text, /([0-9a-z]+-[a-z2-9]{8})/.exec(text)?.[1] ?? ""];
}

async function answer(name: string, password: string): Promise<unknown> {
  const client = await OriginchatsClient.connect(portOf(stack.originchats));
  client.send({ cmd: "login", username: name, password });
  const packet = await client.log.next(
    "answer",
    ({ cmd }) => cmd === "ready" || cmd === "auth_error",
  );
  client.socket.terminate();
  return packet.cmd === "ready" ? "ready" : packet["val"];
}

test("a person of a site goes on as the same one, by a code and then by a password of their own", async () => {
  site.members.set("tok-77", { id: 77, name: "Flo", token: "tok-77", color: "#ff0000" });
  const flo = await SockchatClient.connect(portOf(stack.sockchat));
  flo.send("1", "77", "tok-77");
  await flo.next("5", ([, kind]) => kind === "2");
  flo.send("2", "77", "/nick Florence");
  await flo.next("10");
  flo.send("2", "77", "/move");
  const [, , , text = ""] = await flo.next(
    "2",
    ([, , , body]) => body?.includes("comes along") === true,
  );
  const code = /password ([0-9a-z]+-[a-z2-9]{8}) /.exec(text)?.[1] ?? "";
  assert.equal(
    text,
    `0\fsay\fAll that is yours comes along. (1) In a client of OriginChats add the server oc.example.org (2) Choose Login there, not Register: the username is Flo and the password ${code} (it is good once, for 10 minutes) (3) Choose a password of your own: type there /passwd and the new one`,
  );
  const there = await OriginchatsClient.signIn(portOf(stack.originchats), "Flo", code);
  const ready = there.log.entries.find(({ cmd }) => cmd === "ready")?.["user"];
  assert.equal((ready as { nickname?: string }).nickname, "Florence");
  there.send({
    cmd: "slash_call",
    channel: "general",
    command: "passwd",
    args: { current: "of my own" },
  });
  await there.next("message_new", (packet) =>
    JSON.stringify(packet).includes("Your password is changed"),
  );
  assert.equal((await flo.closed()).code, 1000);
  assert.equal(await answer("flo", "of my own"), "ready");
  assert.equal(await answer("flo", code), "Invalid password", "once");
  flo.socket.terminate();
  const again = await SockchatClient.connect(portOf(stack.sockchat));
  again.send("1", "77", "tok-77");
  assert.equal((await again.next("1"))[2], "77", "the site still vouches for them");
  again.socket.terminate();
  there.socket.terminate();
});

test("a code is its person's own, the last one alone counts, and a new password voids it", async () => {
  const ada = await onSockchat("ada");
  const [text, first] = await move(ada);
  assert.match(text, / or your own$/);
  assert.equal(await answer("ben", first), "Invalid password");
  const [, second] = await move(ada);
  assert.equal(await answer("ada", first), "Invalid password");
  assert.equal(await answer("ada", second), "ready");
  const [, third] = await move(ada);
  ada.say("/passwd dragoman another");
  await ada.next("2", ([, , , body]) => body?.includes("password is changed") === true);
  assert.equal(await answer("ada", third), "Invalid password");
  assert.equal(await answer("ada", "another"), "ready");
  ada.socket.terminate();
});

test("a code is no present password: whoever sits at a signed-in client cannot change the password by it", async () => {
  const ben = await onSockchat("ben");
  const [, code] = await move(ben);
  ben.say(`/passwd ${code} taken-over`);
  assert.match(
    (await ben.next("2", ([, , author]) => author === "-1"))[3] ?? "",
    /not your present password/,
  );
  assert.equal(await answer("ben", "taken-over"), "Invalid password");
  assert.equal(await answer("ben", code), "ready", "it is not used up by that");
  ben.socket.terminate();
});

test("two who show one code at once are one person and one refusal", async () => {
  const mona = await onSockchat("mona");
  const [, code] = await move(mona);
  const answers = await Promise.all([
    answer("mona", code),
    answer("mona", code),
    answer("mona", code),
  ]);
  assert.deepEqual(answers.toSorted(), ["Invalid password", "Invalid password", "ready"]);
  mona.socket.terminate();
});

test("a banned person comes in by no code", async () => {
  const ben = await onSockchat("ben");
  const [, code] = await move(ben);
  await stack.operator.mustAccept({ type: "moderation.ban", target: "ben", addresses: false });
  await ben.closed();
  assert.equal(await answer("ben", code), "Invalid password", "it is void");
  assert.equal(await answer("ben", "dragoman"), "Access denied: You are banned from this server");
  await stack.operator.mustAccept({ type: "moderation.unban", target: "ben" });
});

test("from OriginChats one goes on by a token that clients of Sock Chat can show again", async () => {
  const olga = await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
  olga.send({ cmd: "slash_call", channel: "general", command: "move", args: {} });
  const packet = await olga.next("message_new", (got) =>
    JSON.stringify(got).includes("comes along"),
  );
  const { content } = packet["message"] as { content: string };
  const [, number = "", token = ""] = /token: `(\d+)` and `([^`]+)`/.exec(content) ?? [];
  assert.equal(
    content,
    [
      "All that is yours comes along: name, rank, channels, whispers and marks.",
      "Sock Chat is at https://sc.example.org",
      "**Login for Sock Chat** (only you see this). Type there what its page or program asks for:",
      "- an account of its site: log in with that. To be one person on both, type `/link` here, and there `/link` with the code",
      "- a name and a password: `olga` and your password here",
      `- a user id and a token: \`${number}\` and \`${token}\``,
      `- a scheme (or method) and a token: \`Bearer\` and \`${token}\``,
      "The token works for 30 days, until you call `/token revoke`. Whoever has it is you there: show it to nobody.",
    ].join("\n"),
  );
  for (const _ of [1, 2]) {
    const there = await SockchatClient.connect(portOf(stack.sockchat));
    there.send("1", number, token);
    assert.deepEqual((await there.next("1")).slice(0, 4), ["1", "y", number, "olga"]);
    there.socket.terminate();
  }
  olga.socket.terminate();
});

test("a code follows its person through a new name, and not through a merge", async () => {
  const ben = await onSockchat("ben");
  const [, first] = await move(ben);
  const rename = (target: string, name: string) =>
    stack.operator.mustAccept({ type: "user.rename", target, name });
  await rename("ben", "countess");
  assert.equal(await answer("countess", first), "ready");
  const [, second] = await move(ben);
  assert.equal(await answer("ben", second), "ready", "the name of before is still theirs");
  await rename("countess", "ben");
  const [, third] = await move(ben);
  const mona = await onSockchat("mona");
  mona.say("/link");
  const told = await mona.next(
    "2",
    ([, , author, body]) => author === "-1" && /-[a-z2-9]{8}/.test(body ?? ""),
  );
  ben.say(`/link ${/[0-9a-z]+-[a-z2-9]{8}/.exec(told[3] ?? "")?.[0] ?? ""}`);
  await ben.closed();
  assert.equal(await answer("mona", third), "Invalid password", "who was given it is no more");
  assert.equal(await answer("ben", third), "Invalid password");
  const [, kept] = await move(mona);
  assert.equal(await answer("ben", kept), "ready", "both names are the one person's");
  mona.socket.terminate();
});

test("whoever is not let in is told of an address that opens in no browser where it is typed", async () => {
  const step = (phase: "closed" | "open") =>
    stack.operator.mustAccept({ type: "server.phase", protocol: "sockchat", phase });
  await step("closed");
  const mona = await SockchatClient.connect(portOf(stack.sockchat));
  mona.send("1", "Local", "mona", "dragoman");
  assert.equal(
    (await mona.next("7"))[7],
    "0\fsay\fThis community has moved to OriginChats. This chat is closed. Go on at the server oc.example.org in a client of OriginChats",
  );
  mona.socket.terminate();
  await step("open");
});
