/** Sock Chat 3.1, 3.3, 3.4: packet 1 by SharpChat's signed endpoints of a site. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { type SiteStand, siteSecret, startSite } from "../../support/site.ts";
import { SockchatClient, type SockchatPacket } from "../../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../../support/stack.ts";

let site: SiteStand;
let stack: Stack;
const open: SockchatClient[] = [];

before(async () => {
  site = await startSite("sharpchat");
  stack = await startStack({
    sockchat: 1,
    originchats: 1,
    config: {
      accounts: { providers: ["local", "token", "site"] },
      site: { url: site.base, secret: siteSecret, timeoutMs: 2_000, cacheMs: 0, bumpMs: 200 },
    },
  });
});
beforeEach(() => {
  for (const client of open.splice(0)) client.socket.terminate();
  site.members.clear();
  site.bans.splice(0);
  site.asked.skip();
});
after(async () => {
  for (const client of open) client.socket.terminate();
  await stack.stop();
  await site.stop();
});

async function signIn(...fields: string[]): Promise<[SockchatClient, SockchatPacket]> {
  const client = await SockchatClient.connect(portOf(stack.sockchat));
  open.push(client);
  client.send("1", ...fields);
  return [client, await client.next("1")];
}
const refusal = async (...fields: string[]): Promise<string> =>
  (await signIn(...fields))[1].join("\t");

test("POST /verify is signed, and its answer becomes name, number, colour and rank", async () => {
  site.members.set("tok-47", {
    id: 47,
    name: "Flashwave",
    token: "tok-47",
    color: "#8559a5",
    rank: 6,
    perms: 0x1 | 0x2 | 0x4,
  });
  const [, packet] = await signIn("47", "tok-47");
  assert.deepEqual(packet.slice(0, 6), ["1", "y", "47", "Flashwave", "#8559a5", "5\f1\f0\f1\f1"]);
  const asked = await site.asked.next("verify", ({ target }) => target === "/_sockchat/verify");
  assert.equal(asked.body, '{"user_id":47,"token":"tok-47","ip":"127.0.0.1"}');
  assert.equal(asked.headers["user-agent"], "SharpChat");
  assert.equal(asked.headers["content-type"], undefined);
  assert.match(String(asked.headers["x-sharpchat-signature"]), /^[0-9a-f]{64}$/);
  const check = await site.asked.next("ban check", ({ url }) => url.pathname.endsWith("/check"));
  assert.equal(check.target, "/_sockchat/bans/check?a=127.0.0.1&u=47");
});

test("a scheme by name goes to the site as well, and the number stays for ever", async () => {
  site.members.set("tok-51", { id: 51, name: "reemo", token: "tok-51" });
  const [, first] = await signIn("Misuzu", "tok-51");
  assert.deepEqual(first.slice(1, 5), ["y", "51", "reemo", "inherit"]);
  const [, again] = await signIn("51", "tok-51");
  assert.equal(again[2], "51");
});

test("what the site refuses, and every fault of it, is authfail", async () => {
  site.members.set("tok-52", { id: 52, name: "ok", token: "tok-52" });
  assert.equal(await refusal("52", "wrong"), "1\tn\tauthfail");
  assert.equal(await refusal("53", "tok-52"), "1\tn\tauthfail");
  for (const fault of [
    { status: 500, body: "sorry" },
    { status: 200, body: "sorry" },
    { status: 200, body: '{"success":true}' },
    { status: 200, body: '{"success":false,"reason":"expired"}' },
    "cut",
    "hang",
  ] as const) {
    site.fault("/_sockchat/verify", fault);
    const [client, packet] = await signIn("52", "tok-52");
    assert.deepEqual(packet, ["1", "n", "authfail"], JSON.stringify(fault));
    assert.ok(client.isOpen);
  }
  site.fault("/_sockchat/verify", undefined);
  site.fault("/_sockchat/bans/check", { status: 500, body: "" });
  assert.equal(await refusal("52", "tok-52"), "1\tn\tauthfail");
  site.fault("/_sockchat/bans/check", undefined);
  assert.equal((await signIn("52", "tok-52"))[1][1], "y");
});

test("a cut connection is tried once more, a time-out is not", async () => {
  site.members.set("tok-54", { id: 54, name: "twice", token: "tok-54" });
  const verifies = (): number =>
    site.asked.entries.filter(({ target }) => target.endsWith("/verify")).length;
  const start = verifies();
  site.fault("/_sockchat/verify", "cut");
  await refusal("54", "tok-54");
  assert.equal(verifies() - start, 2);
  site.fault("/_sockchat/verify", "hang");
  await refusal("54", "tok-54");
  assert.equal(verifies() - start, 3);
  site.fault("/_sockchat/verify", undefined);
});

test("a ban that the site keeps is joinfail with its end, for ever as -1", async () => {
  site.members.set("tok-55", { id: 55, name: "badger", token: "tok-55" });
  const expires = "2094-01-01T00:00:00Z";
  site.bans.push({ id: 55, ip: "", expires, username: "badger" });
  const at = Date.parse(expires) / 1000;
  assert.equal(await refusal("55", "tok-55"), `1\tn\tjoinfail\t${at}`);
  site.bans[0] = { id: 55, ip: "", expires, username: "badger", is_permanent: true };
  assert.equal(await refusal("55", "tok-55"), "1\tn\tjoinfail\t-1");
  site.bans[0] = { id: 1, ip: "127.0.0.1", expires: "9999-12-31T23:59:59Z", username: "x" };
  assert.equal(await refusal("55", "tok-55"), "1\tn\tjoinfail\t-1");
  site.bans[0] = { id: 55, ip: "", expires: "2020-01-01T00:00:00Z", username: "badger" };
  assert.equal((await signIn("55", "tok-55"))[1][1], "y");
});

test("a site without the check has its list looked at", async () => {
  site.members.set("tok-56", { id: 56, name: "lister", token: "tok-56" });
  site.fault("/_sockchat/bans/check", { status: 404, body: "" });
  assert.equal((await signIn("56", "tok-56"))[1][1], "y");
  site.bans.push({ id: 56, ip: "", expires: "9999-12-31T23:59:59Z", username: "lister" });
  assert.equal(await refusal("56", "tok-56"), "1\tn\tjoinfail\t-1");
  site.fault("/_sockchat/bans/check", undefined);
});

test("a rank gives the highest role that it reaches and the site's rights allow", async () => {
  const all = 0x1 | 0x2 | 0x4 | 0x80;
  for (const [id, rank, perms, wire] of [
    [60, 10, all, "10\f1\f1\f1\f2"],
    [61, 9, all, "8\f1\f1\f1\f2"],
    [62, 9, 0x7, "5\f1\f0\f1\f1"],
    [63, 9, 0x6, "1\f0\f0\f1\f1"],
    [64, 0, 0, "1\f0\f0\f1\f1"],
  ] as const) {
    site.members.set(`tok-${id}`, { id, name: `rank${id}`, token: `tok-${id}`, rank, perms });
    assert.equal((await signIn(String(id), `tok-${id}`))[1][5], wire, String(id));
  }
});

test("what the site says of a person is taken on at every log-in", async () => {
  const member = { id: 65, name: "before", token: "tok-65", color: "#010203", rank: 5, perms: 7 };
  site.members.set("tok-65", member);
  const [watcher] = await signIn("Local", "ada", "dragoman");
  await signIn("65", "tok-65");
  await watcher.next("1", (packet) => packet[2] === "65");
  site.members.set("tok-65", { ...member, name: "after", color: "#aabbcc", rank: 1 });
  const [, packet] = await signIn("65", "tok-65");
  assert.deepEqual(packet.slice(2, 6), ["65", "after", "#aabbcc", "1\f0\f0\f1\f1"]);
  await watcher.next("10", (seen) => seen.join("\t") === "10\t65\tafter\t#aabbcc\t1\f0\f0\f1\f1");
});

test("a name that is taken gets a suffix, and HTML in a name reaches nobody", async () => {
  site.members.set("tok-66", { id: 66, name: "Ben", token: "tok-66" });
  assert.equal((await signIn("66", "tok-66"))[1][3], "Ben-2");
  site.members.set("tok-67", { id: 67, name: `Eve "x" <b>&'co`, token: "tok-67" });
  assert.equal((await signIn("67", "tok-67"))[1][3], "Eve_&quot;x&quot;_&lt;b&gt;&amp;&#039;co");
});

test("who is silenced on the site is silenced here", async () => {
  const silencedUntil = new Date(Date.now() + 3_600_000).toISOString();
  site.members.set("tok-68", { id: 68, name: "hush", token: "tok-68", silencedUntil });
  const [client, packet] = await signIn("68", "tok-68");
  await client.next("5");
  client.send("2", packet[2] ?? "", "hello");
  await client.notice("silence");
});

test("names of our own and tokens of ours do not reach the site", async () => {
  const [ada, packet] = await signIn("local", "ada", "dragoman");
  assert.equal(packet[1], "y");
  await ada.next("5");
  ada.send("2", packet[2] ?? "", "/token");
  const token = /password ([\w.-]+)/.exec((await ada.notice("say"))[3] ?? "")?.[1] ?? "";
  assert.equal((await signIn("Bearer", token))[1][1], "y");
  assert.equal((await signIn(packet[2] ?? "", token))[1][1], "y");
  assert.equal(await refusal("47", token), "1\tn\tauthfail");
  const asked = site.asked.entries.map(({ body, target }) => `${target} ${body}`).join();
  assert.ok(!asked.includes(token) && !asked.includes("dragoman"));
});

test("everybody of the site who is here is told to it, signed, again and again", async () => {
  site.members.set("tok-69", { id: 69, name: "bumped", token: "tok-69" });
  await signIn("69", "tok-69");
  const isBump = ({ target, body }: { target: string; body: string }): boolean =>
    target === "/_sockchat/bump" && body.includes('{"id":69,"ip":"127.0.0.1"}');
  await site.asked.next("bump", isBump);
  await site.asked.next("bump once more", isBump);
});

test("bans made here are told to the site, and their end too", async () => {
  site.members.set("tok-70", { id: 70, name: "noisy", token: "tok-70" });
  site.members.set("tok-71", { id: 71, name: "chief", token: "tok-71", rank: 5, perms: 7 });
  const [noisy] = await signIn("70", "tok-70");
  const [chief, packet] = await signIn("71", "tok-71");
  await chief.next("5");
  chief.send("2", packet[2] ?? "", "/ban noisy 600");
  await noisy.closed();
  const created = await site.asked.next("ban", ({ target }) => target.endsWith("/bans/create"));
  assert.equal(created.body, "u=70&m=71&d=600&p=0&r=");
  assert.equal(created.headers["content-type"], "application/x-www-form-urlencoded");
  chief.send("2", packet[2] ?? "", "/unban noisy");
  const removed = await site.asked.next("unban", ({ method }) => method === "DELETE");
  assert.equal(removed.target, "/_sockchat/bans/remove?t=user&s=70");
  site.fault("/_sockchat/bans/create", { status: 500, body: "" });
  chief.send("2", packet[2] ?? "", "/ban noisy");
  await site.asked.next("ban", ({ target }) => target.endsWith("/bans/create"));
  site.fault("/_sockchat/bans/create", undefined);
  const again = await site.asked.next("ban", ({ target }) => target.endsWith("/bans/create"));
  assert.equal(again.body, "u=70&m=71&d=-1&p=1&r=");
  await within(
    5_000,
    "the ban on the site",
    (async () => {
      while (!site.bans.some(({ id }) => id === 70)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
  );
});
