/** OriginChats 3, 2.1 to 2.4: roles, who has them, and what changes for whom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

async function newcomer(name: string, ...roles: string[]): Promise<OriginchatsClient> {
  await home.stack.operator.addUser(name, [...roles, "user"]);
  return home.onOriginchats(name);
}

type Packet = { readonly cmd: string } & Readonly<Record<string, unknown>>;

interface Role {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  readonly permissions: readonly string[];
  readonly position: number;
}
const rolesIn = (packet: OriginchatsPacket): Readonly<Record<string, Role>> =>
  packet["roles"] as Readonly<Record<string, Role>>;
const error = (packet: OriginchatsPacket): unknown => {
  assert.equal(packet.cmd, "error");
  return packet["val"];
};
const above = "Cannot manage roles at or above your position";
const right = "Access denied: 'manage_roles' permission required";

test("role_create is told to everybody before its answer", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const answer = await olga.ask({
    cmd: "role_create",
    name: "blue",
    description: "Blue",
    color: "#0000ff",
    permissions: ["manage_messages"],
    hoisted: true,
    category: "Colours",
  });
  assert.deepEqual(Object.keys(answer), ["cmd", "id", "name", "listener"]);
  const blue = rolesIn(await ada.next("roles_list"))["blue"];
  assert.deepEqual(blue, {
    id: answer["id"],
    name: "blue",
    description: "Blue",
    color: "#0000ff",
    hoisted: true,
    permissions: ["manage_messages"],
    self_assignable: false,
    category: "Colours",
    position: 4,
  });
  await olga.ask({ cmd: "role_create", name: "plain", color: "", permissions: null });
  const plain = rolesIn(await ada.next("roles_list"))["plain"];
  assert.deepEqual([plain?.color, plain?.permissions, plain?.position], [null, [], 5]);
});

test("role_create refuses without the right, without a name, and what exists", async () => {
  const olga = await home.onOriginchats("olga");
  const mona = await home.onOriginchats("mona");
  const create = async (by: OriginchatsClient, packet: object) =>
    error(await by.ask({ cmd: "role_create", ...packet }));
  assert.equal(await create(mona, { name: "x" }), right);
  assert.equal(await create(olga, {}), "Role name is required");
  assert.equal(await create(olga, { name: "user" }), "Role already exists");
  assert.equal(await create(olga, { name: "banned" }), "Role already exists");
  assert.equal(await create(olga, { name: "admin", self_assignable: true }), "Role already exists");
  assert.equal(await create(olga, { name: 5 }), "Invalid request: name");
  assert.equal(await create(olga, { name: "!x" }), "Invalid request: name");
  assert.equal(
    await create(olga, { name: "y", permissions: "no" }),
    "Invalid request: permissions",
  );
  assert.equal(await create(olga, { name: "z".repeat(65) }), "Invalid request: name");
});

test("nobody gives permissions that they lack, nor touches roles at or above their own", async () => {
  const olga = await home.onOriginchats("olga");
  const answer = await olga.ask({
    cmd: "role_create",
    name: "keeper",
    permissions: ["manage_roles", "manage_users"],
  });
  const order = ["owner", "admin", "moderator", "keeper", "user"];
  await olga.ask({ cmd: "role_reorder", roles: order });
  const kit = await newcomer("kit", "keeper");
  const ask = async (packet: Packet) => error(await kit.ask(packet));
  const granting = { cmd: "role_create", name: "sly", permissions: ["manage_server"] };
  assert.equal(await ask(granting), above);
  assert.equal(await ask({ cmd: "role_update", name: "owner", color: "#000000" }), above);
  assert.equal(await ask({ cmd: "role_update", id: answer["id"], color: "#000000" }), above);
  assert.equal(await ask({ cmd: "role_update", name: "nope" }), "Role 'nope' not found");
  assert.equal(await ask({ cmd: "role_set", name: "admin" }), above);
  assert.equal(await ask({ cmd: "role_permissions_set", name: "nope" }), "Role 'nope' not found");
  assert.equal(await ask({ cmd: "role_delete", name: "moderator" }), above);
  assert.equal(await ask({ cmd: "role_reorder", roles: ["keeper", "owner"] }), above);
  const user = { cmd: "role_update", name: "user", permissions: ["manage_server"] };
  assert.equal(await ask(user), above);
  const roles = { cmd: "user_roles_set", user: "ben", roles: ["user", "admin"] };
  assert.equal(await ask(roles), above);
  const owner = { cmd: "user_roles_set", user: "olga", roles: ["user"] };
  assert.equal(await ask(owner), "Cannot modify roles of the server owner");
  const made = await kit.ask({ cmd: "role_create", name: "fair", permissions: ["manage_users"] });
  assert.equal(made["name"], "fair");
  const gone = await kit.ask({ cmd: "role_delete", name: "fair" });
  assert.equal(gone["deleted"], true);
});

test("role_update changes one thing at a time, by id or name, and answers with the real name", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const { id } = await olga.ask({ cmd: "role_create", name: "red" });
  const updated = async (packet: object): Promise<unknown> => {
    const answer = await olga.ask({ cmd: "role_update", ...packet });
    return [answer["id"], answer["name"], answer["updated"]];
  };
  assert.deepEqual(await updated({ name: "red", color: "#ff0001" }), [id, "red", true]);
  assert.deepEqual(await updated({ id, name: "crimson", category: "Colours" }), [
    id,
    "crimson",
    true,
  ]);
  assert.deepEqual(await updated({ id, color: null, category: null, hoisted: null }), [
    id,
    "crimson",
    true,
  ]);
  const list = rolesIn(await ada.ask({ cmd: "roles_list" }));
  assert.equal(list["red"], undefined);
  assert.equal(list["crimson"]?.color, null);
  const refused = async (packet: object) =>
    error(await olga.ask({ cmd: "role_update", ...packet }));
  assert.equal(await refused({}), "Role id or name is required");
  assert.equal(await refused({ name: "nope" }), "Role not found");
  assert.equal(await refused({ id, name: "user" }), "Role already exists");
  const fixed = list["user"]?.id;
  assert.equal(await refused({ id: fixed, name: "x" }), "Cannot manage protected role 'user'");
  const protect = "Role 'moderator' cannot be made self-assignable";
  assert.equal(await refused({ name: "moderator", self_assignable: true }), protect);
  assert.equal(error(await ada.ask({ cmd: "role_update", name: "user" })), right);
});

test("a new name follows into people's lists and channels, by whoever may change channels", async () => {
  const olga = await home.onOriginchats("olga");
  const { id } = await olga.ask({ cmd: "role_create", name: "artist" });
  await home.stack.operator.addChannel("atelier", ["artist"]);
  const lea = await newcomer("lea", "artist");
  await olga.ask({ cmd: "role_create", name: "ruler", permissions: ["manage_roles"] });
  const order = ["owner", "admin", "moderator", "ruler", "artist", "user"];
  await olga.ask({ cmd: "role_reorder", roles: order });
  const rex = await newcomer("rex", "ruler");
  const used = "Cannot rename role: it is used in channel 'atelier' permissions";
  assert.equal(error(await rex.ask({ cmd: "role_update", id, name: "painter" })), used);
  await olga.ask({ cmd: "role_update", id, name: "painter" });
  const changed = await lea.next("channel_update");
  const channel = changed["channel"] as { name: string; permissions: unknown };
  assert.deepEqual(channel.permissions, { view: ["painter"], send: ["painter"] });
  assert.deepEqual([channel.name, changed["current_name"]], ["atelier", "atelier"]);
  const roles = await lea.ask({ cmd: "user_roles_get", user: "lea" });
  assert.deepEqual(roles["roles"], ["painter", "user"]);
  const posted = await lea.ask({ cmd: "message_new", channel: "atelier", content: "still here" });
  assert.equal(posted.cmd, "message_new");
  const deleted = await olga.ask({ cmd: "role_delete", name: "painter" });
  assert.equal(error(deleted), "Role is used in channel 'atelier' permissions");
});

test("role_set and role_permissions_set, _get", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const { id } = await olga.ask({ cmd: "role_create", name: "green" });
  const refused = async (packet: Packet) => error(await olga.ask(packet));
  assert.equal(await refused({ cmd: "role_set" }), "Role id or name is required");
  assert.equal(await refused({ cmd: "role_set", name: "green" }), "Role data is required");
  assert.equal(
    await refused({ cmd: "role_set", name: "green", data: {} }),
    "Role data is required",
  );
  const unknown = { cmd: "role_set", name: "nope", data: { color: "#111111" } };
  assert.equal(await refused(unknown), "Role not found");
  const set = await olga.ask({
    cmd: "role_set",
    name: "green",
    data: { name: "lime", color: "#00ff00", position: 0 },
  });
  assert.deepEqual([set["id"], set["name"], set["updated"]], [id, "lime", true]);
  const permissions = ["manage_channels", "made_up"];
  const given = await olga.ask({ cmd: "role_permissions_set", name: "lime", permissions });
  assert.deepEqual([given["id"], given["name"], given["permissions"]], [id, "lime", permissions]);
  const bad = { cmd: "role_permissions_set", name: "lime" };
  assert.equal(await refused(bad), "Permissions must be an array");
  assert.equal(await refused({ ...bad, permissions: "x" }), "Permissions must be an array");
  const nope = { cmd: "role_permissions_set", name: "nope", permissions: [] };
  assert.equal(await refused(nope), "Role not found");
  const shown = await ada.ask({ cmd: "role_permissions_get", id });
  assert.deepEqual([shown["name"], shown["permissions"]], ["lime", permissions]);
  assert.equal(error(await ada.ask({ cmd: "role_permissions_get", name: "x" })), "Role not found");
  const none = error(await ada.ask({ cmd: "role_permissions_get" }));
  assert.equal(none, "Role id or name is required");
});

test("role_delete takes the role from everybody who had it", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const { id } = await olga.ask({ cmd: "role_create", name: "brief", color: "#123456" });
  await newcomer("bea", "brief");
  const answer = await olga.ask({ cmd: "role_delete", name: "brief" });
  assert.deepEqual([answer["id"], answer["name"], answer["deleted"]], [id, "brief", true]);
  await ada.next("roles_list", (packet) => rolesIn(packet)["brief"] === undefined);
  assert.deepEqual(await ada.next("user_roles_get"), {
    cmd: "user_roles_get",
    user: "bea",
    roles: ["user"],
    color: null,
  });
  const refused = async (packet: object) =>
    error(await olga.ask({ cmd: "role_delete", ...packet }));
  assert.equal(await refused({}), "Role id or name is required");
  assert.equal(await refused({ name: "brief" }), "Role not found");
  for (const name of ["owner", "admin", "user"]) {
    assert.equal(await refused({ name }), "Cannot delete system roles");
  }
});

test("role_reorder names the roles in their new order, the others follow", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  await olga.ask({ cmd: "role_create", name: "high" });
  const before = rolesIn(await ada.ask({ cmd: "roles_list" }));
  const roles = ["owner", "high", "admin"];
  const answer = await olga.ask({ cmd: "role_reorder", roles });
  assert.deepEqual(answer["roles"], roles);
  const after = rolesIn(await ada.ask({ cmd: "roles_list" }));
  assert.deepEqual(Object.keys(after).slice(0, 4), ["owner", "high", "admin", "moderator"]);
  assert.deepEqual(
    Object.values(after).map(({ position }) => position),
    Object.keys(before).map((_, index) => index),
  );
  const refused = async (packet: object) =>
    error(await olga.ask({ cmd: "role_reorder", ...packet }));
  for (const bad of [{}, { roles: [] }, { roles: "x" }]) {
    assert.equal(await refused(bad), "Roles array is required");
  }
  assert.equal(await refused({ roles: ["nope"] }), "Failed to reorder roles");
  assert.equal(await refused({ roles: [5] }), "Failed to reorder roles");
  assert.equal(error(await ada.ask({ cmd: "role_reorder", roles })), right);
});

test("user_roles_set replaces the list and is told to all as user_roles_get", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const cyd = await newcomer("cyd");
  const told = {
    cmd: "user_roles_get",
    user: "cyd",
    roles: ["moderator", "user"],
    color: "#FFFF00",
    global: true,
  };
  const set = (by: OriginchatsClient, packet: object) =>
    by.ask({ cmd: "user_roles_set", ...packet });
  const answer = await set(olga, { user: "CYD", roles: ["moderator", "user"] });
  assert.deepEqual(answer, { ...told, listener: answer["listener"] });
  assert.deepEqual(await ada.next("user_roles_get"), told);
  const list = await cyd.next("channels_get");
  const names = (list["val"] as readonly { name: string }[]).map(({ name }) => name);
  assert.ok(names.includes("staff"), "who gains a channel is given the list");
  await home.onOriginchats("mona").then((mona) => mona.say("staff", "welcome"));
  await cyd.sees("welcome");
  const mark = cyd.log.length;
  await set(olga, { user: "cyd", roles: ["moderator", "user"] });
  assert.deepEqual(cyd.log.since(mark), [told]);
  await set(olga, { user: "cyd", roles: ["user"] });
  await cyd.next("channels_get", (packet) => !JSON.stringify(packet).includes('"staff"'));

  const refused = async (by: OriginchatsClient, packet: object) => error(await set(by, packet));
  const users = "Access denied: 'manage_users' permission required";
  assert.equal(await refused(ada, {}), users);
  assert.equal(await refused(olga, {}), "User parameter is required");
  for (const roles of [undefined, [], "user"]) {
    assert.equal(await refused(olga, { user: "cyd", roles }), "Roles list is required");
  }
  assert.equal(await refused(olga, { user: "nobody", roles: ["user"] }), "User not found");
  const nope = { user: "cyd", roles: ["user", "nope"] };
  assert.equal(await refused(olga, nope), "Role 'nope' does not exist");
  const self = { user: "olga", roles: ["user"] };
  assert.equal(await refused(olga, self), "Cannot modify roles of the server owner");
});

test("user_roles_add and _remove answer as user_roles_set does", async () => {
  const olga = await home.onOriginchats("olga");
  await newcomer("dot");
  const change = async (cmd: string, roles: readonly string[]) => {
    const answer = await olga.ask({ cmd, user: "dot", roles });
    return [answer.cmd, answer["roles"], answer["global"]];
  };
  const both = ["user", "moderator"];
  assert.deepEqual(await change("user_roles_add", ["moderator"]), ["user_roles_get", both, true]);
  assert.deepEqual(await change("user_roles_add", ["moderator"]), ["user_roles_get", both, true]);
  const left = ["user_roles_get", ["user"], true];
  assert.deepEqual(await change("user_roles_remove", ["moderator"]), left);
});

test("user_roles_get is for anybody", async () => {
  const ada = await home.onOriginchats("ada");
  const get = (packet: object) => ada.ask({ cmd: "user_roles_get", ...packet });
  const shown = await get({ user: "olga" });
  assert.deepEqual(
    [shown["user"], shown["roles"], shown["color"]],
    ["olga", ["owner", "user"], "#9400D3"],
  );
  assert.equal(error(await get({})), "User parameter is required");
  assert.equal(error(await get({ user: "nobody" })), "User not found");
});

test("self_role_add, self_role_remove and self_roles_list", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const eve = await newcomer("eve");
  assert.deepEqual((await eve.ask({ cmd: "self_roles_list" }))["roles"], []);
  const news = { name: "news", color: "#00ff00", self_assignable: true, category: "Topics" };
  const { id } = await olga.ask({ cmd: "role_create", ...news });
  await olga.ask({ cmd: "role_create", name: "vip" });
  const ask = (cmd: string, role?: string) => eve.ask({ cmd, ...(role ? { role } : {}) });
  for (const cmd of ["self_role_add", "self_role_remove"]) {
    assert.equal(error(await ask(cmd)), "Role name is required");
    assert.equal(error(await ask(cmd, "nope")), "Role not found");
    assert.equal(error(await ask(cmd, "vip")), "This role is not self-assignable");
  }
  assert.equal(error(await ask("self_role_remove", "news")), "You don't have this role");
  const added = await ask("self_role_add", "news");
  assert.deepEqual(
    [added["role"], added["success"], added["roles"]],
    ["news", true, ["user", "news"]],
  );
  assert.deepEqual(await ada.next("user_roles_get"), {
    cmd: "user_roles_get",
    user: "eve",
    roles: ["user", "news"],
    color: null,
  });
  assert.equal(error(await ask("self_role_add", "news")), "You already have this role");
  const listed = (await eve.ask({ cmd: "self_roles_list" }))["roles"] as readonly object[];
  assert.equal(listed.length, 1);
  assert.deepEqual(
    { ...listed[0], position: 0 },
    {
      id,
      name: "news",
      description: null,
      color: "#00ff00",
      hoisted: false,
      permissions: [],
      self_assignable: true,
      category: "Topics",
      position: 0,
      assigned: true,
    },
  );
  const removed = await ask("self_role_remove", "news");
  assert.deepEqual([removed["success"], removed["roles"]], [true, ["user"]]);
});

test("what is done to people and roles stands in the moderation log", async () => {
  const olga = await home.onOriginchats("olga");
  await newcomer("fay");
  await olga.ask({ cmd: "role_create", name: "logged", self_assignable: true });
  await olga.ask({ cmd: "user_roles_set", user: "fay", roles: ["logged", "user"] });
  await olga.ask({ cmd: "user_update", user: "fay", updates: { nickname: "Fay!" } });
  const fay = await home.onOriginchats("fay");
  await fay.ask({ cmd: "self_role_remove", role: "logged" });
  await olga.ask({ cmd: "role_delete", name: "logged" });
  const log = await olga.ask({ cmd: "modlog_get", limit: 5 });
  const entries = log["entries"] as readonly {
    readonly action: string;
    readonly category: string;
    readonly target_name: unknown;
    readonly details: unknown;
  }[];
  assert.deepEqual(
    entries.map(({ action, category, target_name }) => [category, action, target_name]),
    [
      ["role_management", "role_delete", "logged"],
      ["role_management", "self_role_remove", "fay"],
      ["user_moderation", "user_update", "fay"],
      ["user_moderation", "user_roles_set", "fay"],
      ["role_management", "role_create", "logged"],
    ],
  );
  assert.deepEqual(entries[2]?.details, { nickname: "Fay!", protocol: "originchats" });
});
