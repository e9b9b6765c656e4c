/** Nobody passes for somebody else by a name that cannot be told apart, on either side and by whichever door it comes. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { OriginchatsClient, type OriginchatsPacket } from "../support/originchats-client.ts";
import { type RoturStand, startRotur } from "../support/rotur.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

let site: SiteStand;
let rotur: RoturStand;
let stack: Stack;
const open: (SockchatClient | OriginchatsClient)[] = [];
const kept = <C extends SockchatClient | OriginchatsClient>(client: C): C => {
  open.push(client);
  return client;
};

before(async () => {
  site = await startSite("sharpchat");
  rotur = await startRotur();
  stack = await startStack({
    sockchat: 1,
    originchats: 1,
    config: {
      accounts: { providers: ["local", "token", "site", "rotur"] },
      site: { url: site.base, secret: siteSecret, cacheMs: 0 },
      rotur: { url: rotur.url },
    },
  });
});
afterEach(() => {
  for (const client of open.splice(0)) client.socket.terminate();
});
after(async () => {
  await stack.stop();
  await Promise.all([site.stop(), rotur.stop()]);
});

const onOriginchats = async (name: string): Promise<OriginchatsClient> =>
  kept(await OriginchatsClient.signIn(portOf(stack.originchats), name));
const onSockchat = async (name: string): Promise<SockchatClient> =>
  kept(await SockchatClient.signIn(portOf(stack.sockchat), name));

/** Waits for a notice in words. */
const said = (client: SockchatClient, words: string) =>
  client.next("2", ([, , , body]) => body === `0\fsay\f${words}`);

/** What is read as `mona`, `olga`, `ben`, or as one who speaks for the community. */
const likenesses = [
  "m\u200bona",
  "mona\u2060",
  "rnona",
  "móna",
  "m0na",
  "ｍｏｎａ",
  "ᴍona",
  "moոa",
  "ol\u00adga",
  "o\u034flga",
  "oIga",
  "օlga",
  "ⲟlga",
  "ꓳlga",
  "bén",
  "ben\u3164",
  "b\u{e0061}en",
  "ВЕN",
  "orig\u200binChats",
  "Chat Bot",
  "ꮯhatBot",
  "everyone",
  "@here",
  "ádmin",
  "rnoderator",
  "оwner",
  "_system_",
];
/** Letters of two scripts, or of one that nobody writes: like nobody here, and like nothing else. */
const mixed = ["аxаb", "քzeta", "ⲟⲗⲅⲁ", "Иван-Ivan"];

/** What `/nick` answers: a message, or the error of a refusal. */
const contentOf = ({ message, val }: OriginchatsPacket): unknown =>
  (message as { readonly content?: unknown } | undefined)?.content ?? val;

test("no nickname looks like another's name, on OriginChats", async () => {
  const ada = await onOriginchats("ada");
  const nick = async (nickname: string): Promise<unknown> => {
    const call = { cmd: "slash_call", channel: "general", command: "nick", args: { nickname } };
    return contentOf(await ada.ask(call));
  };
  for (const name of likenesses) assert.equal(await nick(name), "Nickname already taken", name);
  for (const name of mixed) {
    assert.equal(await nick(name), "Nickname must use letters of one script", name);
  }
  // What does not show is no part of a name; what makes one emoji of several is.
  assert.equal(await nick("\u202eanom\u200b"), "Nickname set to **anom**");
  assert.equal(await nick("Áda"), "Nickname set to **Áda**");
  assert.equal(await nick("ada 👨‍👩‍👧"), "Nickname set to **ada 👨‍👩‍👧**");
  await nick("");
});

test("no nickname looks like another's name, on Sock Chat", async () => {
  const eve = await onSockchat("ada");
  for (const name of likenesses) {
    eve.say(`/nick ${name}`);
    const [, , , body = ""] = await eve.notice("nameinuse");
    assert.match(body, /^1\fnameinuse\f~/, name);
  }
  eve.say("/nick \u202eanom");
  await eve.next("10", ([, , name]) => name === "~anom");
  eve.say(`/nick ${mixed[0]}`);
  await said(eve, "A nickname has letters of one script");
  // It would last as long as her session, which a lost connection does not end at once.
  eve.say("/nick");
  await eve.next("10", ([, , name]) => name === "ada");
});

test("no account is registered, renamed or given a webhook's name that looks like another's", async () => {
  const olga = await onOriginchats("olga");
  const stranger = kept(await OriginchatsClient.connect(portOf(stack.originchats)));
  for (const username of ["rnona", "oIga", "bén", "օlga", "ꓳlga", "everyone", "_admin_"]) {
    stranger.send({ cmd: "register", username, password: "dragoman" });
    assert.equal((await stranger.next("auth_error"))["val"], "Username already taken", username);
    const updates = { username };
    const renamed = await olga.ask({ cmd: "user_update", user: "ada", updates });
    // `oIga` is a form of the asker's own name, and still not ada's.
    assert.equal(renamed["val"], "Username already taken", username);
  }
  for (const username of ["аxаb", "m\u200bona", "\u202eanom"]) {
    stranger.send({ cmd: "register", username, password: "dragoman" });
    assert.equal(
      (await stranger.next("auth_error"))["val"],
      "Username can only contain letters, numbers, hyphens, and underscores",
      username,
    );
  }
  for (const name of ["rnona", "ada", "originChats"]) {
    const made = await olga.ask({ cmd: "webhook_create", channel: "general", name });
    assert.equal(made["val"], "Webhook name is taken by a user", name);
  }
});

test("a webhook speaks under no person's name", async () => {
  const olga = await onOriginchats("olga");
  const ben = await onSockchat("ben");
  const made = await olga.ask({ cmd: "webhook_create", channel: "general", name: "Bu\u200bild" });
  const { token } = made["webhook"] as { readonly token: string };
  const post = async (content: string, username: string): Promise<void> => {
    const url = `http://127.0.0.1:${portOf(stack.originchats)}/webhooks?token=${token}`;
    const body = JSON.stringify({ content, username });
    const headers = { "content-type": "application/json" };
    assert.ok((await fetch(url, { method: "POST", headers, body })).ok);
  };
  await post("one", "móna");
  await said(ben, "Build: one");
  await post("two", "Ni\u202eghtly");
  await said(ben, "Nightly: two");
});

test("whom a site or Rotur vouches for gets a name that is safe and nobody else's, each time the same", async () => {
  const ada = await onOriginchats("ada");
  const given = [
    ["Foo Bar <b>", "Foo_Bar_b", "Foo_Bar_&lt;b&gt;"],
    ["rnona", "rnona-2", "rnona-2"],
    ["\u202eanom", "anom", "anom"],
    ["moոa ok", "moa_ok", "moa_ok"],
    ["everyone", "everyone-2", "everyone-2"],
  ] as const;
  let id = 900;
  for (const [name, made, shown] of given) {
    id += 1;
    site.members.set(`tok-${id}`, { id, name, token: `tok-${id}` });
    for (let times = 0; times < 2; times += 1) {
      const client = kept(await SockchatClient.connect(portOf(stack.sockchat)));
      client.send("1", String(id), `tok-${id}`);
      assert.deepEqual((await client.next("1")).slice(1, 4), ["y", String(id), shown]);
    }
    await ada.next("user_join", ({ user }) => (user as { username: string }).username === made);
  }
  const web = kept(await OriginchatsClient.connect(portOf(stack.originchats)));
  const hello = web.log.entries.find(({ cmd }) => cmd === "handshake")?.["val"];
  const { validator_key: key } = hello as { readonly validator_key: string };
  web.send({ cmd: "auth", validator: rotur.validator(key, "r-1", "Bar <i>\u2067 Baz") });
  await web.next("auth_success");
  await ada.next(
    "user_join",
    ({ user }) => (user as { username: string }).username === "Bar_i_Baz",
  );
});
