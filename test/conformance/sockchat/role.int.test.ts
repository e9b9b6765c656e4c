/** Sock Chat 2.2 (packets 4, 5 and 10) and part 6: what a change of roles shows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

async function newcomer(name: string, ...roles: string[]): Promise<SockchatClient> {
  await home.stack.operator.addUser(name, [...roles, "user"]);
  return home.onSockchat(name);
}

const of = (client: SockchatClient) => (packet: SockchatPacket) => packet[1] === client.userId;
const assign = (target: string, ...roles: string[]): Promise<void> =>
  home.stack.operator.mustAccept({ type: "user.assign", target, how: "set", roles });
const role = (name: string, permissions: string[], color: string | null = null): Promise<void> =>
  home.stack.operator.mustAccept({
    type: "role.create",
    name,
    description: null,
    color,
    hoisted: false,
    permissions,
    selfAssignable: false,
    category: null,
  });

test("roles show as colour and permissions in packet 10, and open channels in 4.0", async () => {
  const cyd = await newcomer("cyd");
  const ben = await home.onSockchat("ben");
  await assign("cyd", "moderator", "user");
  const update = ["10", cyd.userId, "cyd", "#FFFF00", "5\f1\f0\f1\f1"];
  assert.deepEqual(await cyd.next("4"), ["4", "0", "staff", "0", "0"]);
  assert.deepEqual(await cyd.next("10"), update);
  assert.deepEqual(await ben.next("10", of(cyd)), update);
  await assign("cyd", "user");
  assert.deepEqual(await cyd.next("4"), ["4", "2", "staff"]);
  assert.deepEqual(await ben.next("10", of(cyd)), [
    "10",
    cyd.userId,
    "cyd",
    "inherit",
    "1\f0\f0\f1\f1",
  ]);
});

test("who stands in a channel that is lost is moved out, and then it goes from the list", async () => {
  const dot = await newcomer("dot", "moderator");
  const mona = await home.onSockchat("mona");
  for (const client of [dot, mona]) {
    client.say("/join staff");
    await client.next("5", ([, kind, name]) => kind === "2" && name === "staff");
  }
  const ben = await home.onSockchat("ben");
  const mark = dot.log.length;
  await assign("dot", "user");
  await dot.next("4", ([, kind]) => kind === "2");
  const ids = dot.log.since(mark).map((packet) => packet.slice(0, 2).join(" "));
  const order = ["8 3", "5 2", "4 2"].map((id) => ids.indexOf(id));
  assert.ok(order[0] !== -1, ids.join());
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
    ids.join(),
  );
  const [, , to] = dot.log.since(mark).find(([id, kind]) => id === "5" && kind === "2") ?? [];
  assert.equal(to, "general");
  assert.equal((await mona.next("5", ([, kind]) => kind === "1"))[2], dot.userId);
  const come = await ben.next("5", ([, kind, id]) => kind === "0" && id === dot.userId);
  assert.deepEqual(come.slice(3, 6), ["dot", "inherit", "1\f0\f0\f1\f1"]);
});

test("a role's colour and permissions change how all who have it look", async () => {
  await role("band", []);
  const eve = await newcomer("eve", "band");
  const ben = await home.onSockchat("ben");
  await home.stack.operator.mustAccept({ type: "role.update", role: "band", color: "#00ff00" });
  assert.equal((await ben.next("10", of(eve)))[3], "#00ff00");
  const permissions = ["kick_members", "view_audit_log", "manage_channels"];
  await home.stack.operator.mustAccept({ type: "role.update", role: "band", permissions });
  assert.equal((await ben.next("10", of(eve)))[4], "1\f1\f1\f1\f2");
  await home.stack.operator.mustAccept({ type: "role.delete", role: "band" });
  const after = await ben.next("10", of(eve));
  assert.deepEqual(after.slice(3), ["inherit", "1\f0\f0\f1\f1"]);
});

test("a new order hands the same ranks out again", async () => {
  await role("star", []);
  const fay = await newcomer("fay", "star");
  const order = ["owner", "star", "admin", "moderator", "user"];
  await home.stack.operator.mustAccept({ type: "role.reorder", roles: order });
  assert.equal((await fay.next("10", of(fay)))[4]?.split("\f")[0], "8");
  const mona = await home.onSockchat("mona");
  mona.say("/kick fay");
  assert.equal((await mona.notice("kickna"))[3], "1\fkickna\ffay");
});
