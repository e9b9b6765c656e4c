/** Bridge table, People (roles and rank, colour) and Channels (someone's view of it changes). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

const of = (id: string) => (packet: SockchatPacket) => packet[1] === id;

test("roles that are set on OriginChats show on Sock Chat at once, and open channels on both", async () => {
  await home.stack.operator.addUser("cyd");
  const web = await home.onOriginchats("cyd");
  const here = await home.onSockchat("cyd");
  const mona = await home.onSockchat("mona");
  mona.say("/join staff");
  await mona.next("5", ([, kind, name]) => kind === "2" && name === "staff");
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "user_roles_set", user: "cyd", roles: ["moderator", "user"] });
  const look = ["cyd", "#FFFF00", "5\f1\f0\f1\f1"];
  assert.deepEqual(await ben.next("10", of(here.userId)), ["10", here.userId, ...look]);
  assert.deepEqual(await here.next("4"), ["4", "0", "staff", "0", "0"]);
  const come = await mona.next("5", ([, kind, id]) => kind === "0" && id === here.userId);
  assert.deepEqual(come.slice(2, 6), [here.userId, ...look]);
  await web.next("channels_get", (packet) => JSON.stringify(packet).includes('"staff"'));
  web.say("staff", "among us");
  await mona.sees("among us");
  await olga.ask({ cmd: "user_roles_remove", user: "cyd", roles: ["moderator"] });
  await mona.next("5", ([, kind, id]) => kind === "1" && id === here.userId);
  assert.deepEqual(await here.next("4"), ["4", "2", "staff"]);
  await web.next("channels_get", (packet) => !JSON.stringify(packet).includes('"staff"'));
});

test("a role that is taken by oneself on OriginChats shows on Sock Chat", async () => {
  await home.stack.operator.addUser("dot");
  const web = await home.onOriginchats("dot");
  const here = await home.onSockchat("dot");
  const olga = await home.onOriginchats("olga");
  const permissions = ["manage_channels"];
  await olga.ask({ cmd: "role_create", name: "maker", self_assignable: true, permissions });
  await web.ask({ cmd: "self_role_add", role: "maker" });
  const packet = await here.next("10", of(here.userId));
  assert.deepEqual(packet.slice(2), ["dot", "inherit", "1\f0\f0\f1\f2"]);
});

test("a new order changes who may act on whom, on both sides", async () => {
  await home.stack.operator.addUser("eve", ["moderator", "user"]);
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "role_create", name: "elder", permissions: ["kick_members"] });
  await home.stack.operator.addUser("fay", ["elder", "user"]);
  const fay = await home.onSockchat("fay");
  await home.onSockchat("eve");
  fay.say("/kick eve");
  assert.equal((await fay.notice("kickna"))[3], "1\fkickna\feve");
  const roles = ["owner", "admin", "elder", "moderator"];
  await olga.ask({ cmd: "role_reorder", roles });
  const rank = await fay.next("10", of(fay.userId));
  assert.equal(rank[4]?.split("\f")[0], "5");
  const eve = await home.onOriginchats("eve");
  fay.say("/kick eve");
  await eve.next("disconnect");
});
