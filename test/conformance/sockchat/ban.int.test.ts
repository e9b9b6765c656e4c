/**
 * Sock Chat 4.2 and 5.4: `/kick`, `/ban`, `/unban`, `/pardon`, `/unbanip`, `/pardonip`, `/bans`, `/banned`, `/ip`
 * and `/whois`, each with its refusals (transcripts 14, 15 and 19) and the list's exact HTML.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SockchatClient } from "../../support/sockchat-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

/** Addresses are told by a proxy, so that people may come from several. */
const home = stackForTests({ config: { trustedProxies: ["127.0.0.1"] } });

async function from(address: string, name: string): Promise<SockchatClient> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat), {
    "x-forwarded-for": address,
  });
  await client.login(name);
  return client;
}

async function refusedFrom(address: string, name: string): Promise<readonly string[]> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat), {
    "x-forwarded-for": address,
  });
  client.send("1", "Local", name, "dragoman");
  const packet = await client.next("1");
  client.send("1", "Local", name, "wrong");
  assert.deepEqual(await client.next("1"), ["1", "n", "authfail"], "the connection stays");
  await client.close();
  return packet;
}

async function answer(by: SockchatClient, text: string): Promise<string | undefined> {
  by.log.skip();
  by.say(text);
  const packet = await by.next("2", ([, , author]) => author === "-1");
  return packet[3];
}

const link = (verb: string, text: string): string =>
  `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/${verb} '+ this.innerHTML);">${text}</a>`;

const add = (name: string, role = "user"): Promise<void> =>
  home.stack.operator.addUser(name, [role]);

test("/kick and /ban refuse in the reference's order", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  await add("dan", "moderator");
  await home.onSockchat("dan");
  for (const verb of ["kick", "ban"]) {
    assert.equal(await answer(ben, `/${verb} mona`), `1\fcmdna\f/${verb}`);
    assert.equal(await answer(ben, `/${verb}`), `1\fcmdna\f/${verb}`);
    assert.equal(await answer(mona, `/${verb}`), "1\fusernf\fUser");
    assert.equal(await answer(mona, `/${verb} nobody`), "1\fusernf\fnobody");
    assert.equal(await answer(mona, `/${verb} mona`), "1\fkickna\fmona");
    assert.equal(await answer(mona, `/${verb} dan`), "1\fkickna\fdan", "of equal rank");
    assert.equal(await answer(mona, `/${verb} dan soon`), "1\fkickna\fdan");
    for (const time of ["soon", "0", "-2"]) {
      assert.equal(await answer(mona, `/${verb} ben ${time}`), "1\fcmderr", time);
    }
  }
  assert.equal(await answer(mona, "/kick ada"), "1\fusernf\fada", "not online");
  assert.equal(await answer(mona, "/kick ada soon"), "1\fusernf\fada");
  await add("cut");
  await home.stack.operator.mustAccept({ type: "moderation.ban", target: "cut", addresses: false });
  assert.equal(await answer(mona, "/ban cut"), "1\fkickna\fcut", "already banned");
  assert.equal(await answer(mona, "/unban cut"), "0\funban\fcut");
});

test("/kick alone closes, with a time it keeps the account out, with -1 for ever", async () => {
  const mona = await home.onSockchat("mona");
  await add("kit");
  const first = await home.onSockchat("kit");
  mona.say("/kick kit");
  assert.deepEqual(await first.next("9"), ["9", "0"]);
  assert.equal((await first.closed()).code, 1000);
  const left = await mona.next("3", ([, id]) => id === first.userId);
  assert.deepEqual([left[2], left[3]], ["kit", "kick"]);
  const second = await home.onSockchat("kit");
  const before = Math.floor(Date.now() / 1000);
  mona.say("/kick kit 3600 being rude");
  const nine = await second.next("9");
  assert.equal(nine[1], "1");
  assert.ok(Math.abs(Number(nine[2]) - before - 3600) < 60);
  assert.deepEqual(await refusedFrom("192.0.2.77", "kit"), ["1", "n", "joinfail", nine[2] ?? ""]);
  assert.equal(await answer(mona, "/bans"), `0\fbanlist\f${link("unban", "kit")}`);
  assert.equal(await answer(mona, "/pardon kit"), "0\funban\fkit");
  const third = await home.onSockchat("kit");
  mona.say("/kick kit -1");
  assert.deepEqual(await third.next("9"), ["9", "1", "-1"]);
  assert.deepEqual(await refusedFrom("192.0.2.77", "kit"), ["1", "n", "joinfail", "-1"]);
  assert.equal(await answer(mona, "/unban kit"), "0\funban\fkit");
});

test("/unban takes names and numbers, of people offline too; what is no ban is notban", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  for (const verb of ["unban", "pardon", "unbanip", "pardonip"]) {
    assert.equal(await answer(ben, `/${verb} x`), `1\fcmdna\f/${verb}`);
    assert.equal(await answer(ben, `/${verb}`), `1\fcmdna\f/${verb}`);
    assert.equal(await answer(mona, `/${verb}`), "1\fnotban\f");
    assert.equal(await answer(mona, `/${verb} nobody`), "1\fnotban\fnobody");
    assert.equal(await answer(mona, `/${verb} ada`), "1\fnotban\fada");
  }
  assert.equal(await answer(mona, "/unbanip 9.9.9.9"), "1\fnotban\f9.9.9.9");
  await add("num");
  const num = await home.onSockchat("num");
  mona.say("/ban num");
  await num.next("9");
  assert.equal(await answer(mona, `/unban ${num.userId}`), "0\funban\fnum");
  await home.onSockchat("num");
});

test("/ban bars the addresses too, and closes nobody else", async () => {
  const olga = await home.onSockchat("olga");
  for (const name of ["cyd", "fay", "gus"]) await add(name);
  const cyd = await from("198.51.100.7", "cyd");
  const fay = await from("198.51.100.7", "fay");
  olga.say("/ban cyd");
  assert.deepEqual(await cyd.next("9"), ["9", "1", "-1"]);
  assert.deepEqual(await refusedFrom("198.51.100.7", "gus"), ["1", "n", "joinfail", "-1"]);
  assert.deepEqual(await refusedFrom("::ffff:198.51.100.7", "gus"), ["1", "n", "joinfail", "-1"]);
  assert.ok(fay.isOpen, "fay shares the address and stays");
  await fay.close();
  const gus = await from("198.51.100.8", "gus");
  await gus.close();
  const list = `0\fbanlist\f${link("unban", "cyd")}, ${link("unbanip", "198.51.100.7")}`;
  assert.equal(await answer(olga, "/bans"), list);
  assert.equal(await answer(olga, "/banned"), list);
  const mona = await home.onSockchat("mona");
  assert.equal(await answer(mona, "/bans"), `0\fbanlist\f${link("unban", "cyd")}`);
  assert.equal(await answer(mona, "/unbanip 198.51.101.*"), "1\fnotban\f198.51.101.*");
  assert.equal(await answer(mona, "/pardonip 198.51.100.*"), "0\funban\f198.51.100.*");
  await (await from("198.51.100.7", "cyd")).close();
  assert.equal(await answer(olga, "/bans"), "0\fbanlist\f");
});

test("/bans right after /ban names every address that it bars", async () => {
  const olga = await home.onSockchat("olga");
  await add("kay");
  const addresses = [1, 2, 3, 4, 5].map((n) => `198.51.100.${20 + n}`);
  for (const address of addresses) await from(address, "kay");
  olga.say("/ban kay");
  const list = await answer(olga, "/bans");
  const links = [link("unban", "kay"), ...addresses.map((each) => link("unbanip", each))];
  assert.deepEqual(list?.split("\f")[2]?.split(", ").sort(), links.sort());
  assert.equal(await answer(olga, "/unban kay"), "0\funban\fkay");
});

test("/unban lifts the addresses with the ban, /unbanip the ban with the address", async () => {
  const mona = await home.onSockchat("mona");
  for (const name of ["hal", "ivy"]) await add(name);
  const hal = await from("203.0.113.9", "hal");
  mona.say("/ban hal 600");
  const nine = await hal.next("9");
  assert.deepEqual(await refusedFrom("203.0.113.9", "ivy"), ["1", "n", "joinfail", nine[2] ?? ""]);
  assert.equal(await answer(mona, "/unban hal"), "0\funban\fhal");
  const ivy = await from("203.0.113.9", "ivy");
  mona.say("/ban ivy");
  await ivy.next("9");
  assert.equal(await answer(mona, "/unbanip 203.0.113.9"), "0\funban\f203.0.113.9");
  await (await from("203.0.113.9", "ivy")).close();
});

test("/bans is for those who may kick or ban", async () => {
  const ben = await home.onSockchat("ben");
  assert.equal(await answer(ben, "/bans"), "1\fcmdna\f/bans");
  assert.equal(await answer(ben, "/banned"), "1\fcmdna\f/banned");
});

test("/whois and /ip tell each address once, to those who may see them", async () => {
  const olga = await home.onSockchat("olga");
  const mona = await home.onSockchat("mona");
  await add("jim");
  const first = await from("192.0.2.1", "jim");
  const twin = await from("192.0.2.1", "jim");
  assert.equal(await answer(olga, "/whois jim"), "0\fipaddr\fjim\f192.0.2.1");
  const second = await from("2001:db8::5", "jim");
  olga.log.skip();
  olga.say("/ip JIM");
  const told = [await olga.notice("ipaddr"), await olga.notice("ipaddr")].map((line) => line[3]);
  assert.deepEqual(told.sort(), ["0\fipaddr\fjim\f192.0.2.1", "0\fipaddr\fjim\f2001:db8::5"]);
  assert.equal(await answer(olga, "/whois"), "1\fusernf\fUser");
  assert.equal(await answer(olga, "/whois nobody"), "1\fusernf\fnobody");
  assert.equal(await answer(olga, "/whois ada"), "1\fusernf\fada", "not online");
  assert.equal(await answer(mona, "/whois jim"), "1\fcmdna\f/whois");
  assert.equal(await answer(mona, "/ip"), "1\fcmdna\f/ip");
  for (const session of [first, twin, second]) await session.close();
});
