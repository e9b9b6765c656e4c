/** OriginChats 3, section 12: `modlog_get` with its filters, paging and refusals, and `modlog_summary`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

type Packet = { readonly cmd: string } & Readonly<Record<string, unknown>>;

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly category: string;
  readonly actor_id: string;
  readonly actor_name: string;
  readonly target_id: string | null;
  readonly target_name: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly timestamp: number;
}

const denied = "Access denied: 'view_audit_log' or 'manage_users' permission required";
const get = (by: OriginchatsClient, filter: object = {}): Promise<OriginchatsPacket> =>
  by.ask({ cmd: "modlog_get", ...filter });
const entriesOf = (packet: OriginchatsPacket): readonly Entry[] =>
  packet["entries"] as readonly Entry[];
const shown = ({ action, category, actor_name, target_name, details }: Entry): unknown => [
  `${category}.${action}`,
  actor_name,
  target_name,
  details,
];

/** What every act from this side says of itself. */
const here = { protocol: "originchats" };

/** What olga, and mona from either side, did to whom, oldest first. */
async function history(name: string): Promise<{ readonly olga: OriginchatsClient; id: string }> {
  await home.stack.operator.addUser(name);
  const olga = await home.onOriginchats("olga");
  const person = await home.onOriginchats(name);
  const posted = await person.ask({ cmd: "message_new", channel: "general", content: "x" });
  const { id } = posted["message"] as { readonly id: string };
  const mona = await home.onSockchat("mona");
  const moderator = await home.onOriginchats("mona");
  await moderator.ask({ cmd: "message_delete", channel: "general", id });
  await olga.ask({ cmd: "user_timeout", user: name, timeout: 9 });
  const args = { username: name, duration: 20, reason: "noise" };
  await olga.ask({ cmd: "slash_call", channel: "general", command: "mute", args });
  await olga.ask({ cmd: "user_timeout", user: name, timeout: 0 });
  mona.say(`/silence ${name}`);
  await mona.notice("silok");
  await olga.ask({ cmd: "user_ban", user: name });
  await olga.ask({ cmd: "user_unban", user: name });
  return { olga, id };
}

test("modlog_get and modlog_summary are for those who may read the log", async () => {
  for (const name of ["ben", "mona"]) {
    const client = await home.onOriginchats(name);
    for (const cmd of ["modlog_get", "modlog_summary"]) {
      const refused = await client.ask({ cmd });
      assert.deepEqual([refused.cmd, refused["src"], refused["val"]], ["error", cmd, denied]);
    }
  }
});

test("modlog_get tests its numbers in the reference's order", async () => {
  const olga = await home.onOriginchats("olga");
  const error = async (filter: object): Promise<unknown> => (await get(olga, filter))["val"];
  const limit = "Limit must be between 1 and 200";
  for (const wrong of [0, 201, -1, "2", 1.5, null]) {
    assert.equal(await error({ limit: wrong, offset: -1 }), limit, `${wrong}`);
  }
  const offset = "Offset must be a non-negative integer";
  for (const wrong of [-1, "0", 0.5]) {
    assert.equal(await error({ offset: wrong, after: "x" }), offset, `${wrong}`);
  }
  const after = "After must be a valid Unix timestamp";
  for (const wrong of ["x", "", [], {}]) assert.equal(await error({ after: wrong }), after);
  assert.equal(await error({ category: 5 }), "Invalid request: category");
});

test("acts stand newest first, with who, whom, why and from which protocol", async () => {
  const { olga, id } = await history("lea");
  const listed = await get(olga);
  assert.deepEqual([listed["offset"], listed["limit"]], [0, 100]);
  const entries = entriesOf(listed);
  assert.equal(listed["total"], entries.length);
  const user = entries[0]?.target_id;
  assert.deepEqual(entries.slice(0, 7).map(shown), [
    ["user_moderation.user_unban", "olga", "lea", { ...here }],
    ["user_moderation.user_ban", "olga", "lea", { ...here }],
    ["user_moderation.user_timeout", "mona", "lea", { timeout: null, protocol: "sockchat" }],
    ["user_moderation.user_timeout", "olga", "lea", { duration: 0, ...here }],
    ["user_moderation.user_timeout", "olga", "lea", { duration: 20, reason: "noise", ...here }],
    ["user_moderation.user_timeout", "olga", "lea", { timeout: 9, ...here }],
    ["message_moderation.message_delete", "mona", null, { channel: "general", ...here }],
  ]);
  assert.equal(entries[6]?.target_id, id);
  assert.ok(entries.slice(0, 6).every(({ target_id }) => target_id === user));
  assert.equal(new Set(entries.map((entry) => entry.id)).size, entries.length, "ids are unique");
  const [first] = entries;
  assert.ok(first?.id.startsWith(`${Math.round(first.timestamp * 1000)}-${first.actor_id}`));
  assert.ok(Math.abs(Date.now() / 1000 - (first?.timestamp ?? 0)) < 60);
});

test("filters combine, pages follow, after is exclusive", async () => {
  const { olga } = await history("lou");
  const all = entriesOf(await get(olga));
  const [newest, second] = all;
  assert.ok(newest !== undefined && second !== undefined);
  const page = await get(olga, { limit: 2, offset: 1 });
  assert.deepEqual(entriesOf(page), all.slice(1, 3));
  assert.deepEqual([page["total"], page["offset"], page["limit"]], [all.length, 1, 2]);
  const people = all.filter(({ category }) => category === "user_moderation");
  assert.deepEqual(entriesOf(await get(olga, { category: "user_moderation" })), people);
  const bans = people.filter(({ action }) => action === "user_ban");
  assert.deepEqual(entriesOf(await get(olga, { action: "user_ban" })), bans);
  const both = { category: "message_moderation", action: "user_ban" };
  for (const filter of [{ category: "nope" }, { actor: "olga" }, both]) {
    const none = await get(olga, filter);
    assert.deepEqual([entriesOf(none), none["total"]], [[], 0]);
  }
  const byMona = all.filter(({ actor_name }) => actor_name === "mona");
  assert.deepEqual(entriesOf(await get(olga, { actor: byMona[0]?.actor_id })), byMona);
  const onLou = all.filter(({ target_id }) => target_id === newest.target_id);
  assert.deepEqual(
    entriesOf(await get(olga, { target: newest.target_id, after: null, category: null })),
    onLou,
  );
  const later = entriesOf(await get(olga, { after: String(newest.timestamp) }));
  assert.deepEqual(later, []);
  const before = entriesOf(await get(olga, { after: newest.timestamp - 0.001 }));
  assert.ok(before.length >= 1 && before[0]?.id === newest.id);
});

test("modlog_summary counts by action and by category", async () => {
  const { olga } = await history("lyn");
  const entries = entriesOf(await get(olga, { limit: 200 }));
  const summary = await olga.ask({ cmd: "modlog_summary" });
  const actions: Record<string, number> = {};
  const categories: Record<string, number> = {};
  for (const { action, category } of entries) {
    const name = `${category}.${action}`;
    actions[name] = (actions[name] ?? 0) + 1;
    categories[category] = (categories[category] ?? 0) + 1;
  }
  assert.deepEqual(summary["action_counts"], actions);
  assert.deepEqual(summary["category_totals"], categories);
  assert.equal(summary["total"], entries.length);
});

test("channels, pins and the server stand in the log under the reference's names", async () => {
  const olga = await home.onOriginchats("olga");
  const mona = await home.onOriginchats("mona");
  const listed = await get(olga, { limit: 1 });
  const newest = entriesOf(listed)[0]?.timestamp ?? 0;
  const must = async (by: OriginchatsClient, packet: Packet): Promise<void> => {
    const answer = await by.ask(packet);
    assert.notEqual(answer.cmd, "error", JSON.stringify(answer));
  };
  const channel = { name: "log-a", type: "text" };
  await must(olga, { cmd: "channel_create", ...channel });
  await must(olga, {
    cmd: "channel_update",
    current_name: "log-a",
    updates: { name: "log-b", description: "new" },
  });
  await must(olga, { cmd: "channel_move", name: "log-b", position: 0 });
  const moves = entriesOf(await get(olga, { target: "log-b" }));
  assert.deepEqual(
    moves.map(({ action }) => action),
    ["channel_move"],
  );
  await must(olga, { cmd: "channel_delete", name: "log-b" });
  const posted = await mona.ask({ cmd: "message_new", channel: "general", content: "pin me" });
  const { id } = posted["message"] as { readonly id: string };
  await must(olga, { cmd: "message_pin", channel: "general", id });
  await must(olga, { cmd: "message_unpin", channel: "general", id });
  const entries = entriesOf(await get(olga, { after: newest }));
  const told = entries.map(({ action, category, target_id, target_name, details }) => [
    `${category}.${action}`,
    target_id,
    target_name,
    details,
  ]);
  const moved = told[3]?.[1];
  assert.deepEqual(told, [
    ["message_moderation.message_unpin", id, null, { channel: "general", ...here }],
    ["message_moderation.message_pin", id, null, { channel: "general", ...here }],
    ["channel_management.channel_delete", "log-b", "log-b", { ...here }],
    ["channel_management.channel_move", moved, moved, { position: 0, ...here }],
    [
      "channel_management.channel_update",
      "log-a",
      "log-b",
      { name: "log-b", description: "new", ...here },
    ],
    ["channel_management.channel_create", "log-a", "log-a", { type: "text", ...here }],
  ]);
});

test("roles and other people's names stand in the log under the reference's names", async () => {
  await home.stack.operator.addUser("lia");
  const olga = await home.onOriginchats("olga");
  const lia = await home.onOriginchats("lia");
  const newest = entriesOf(await get(olga, { limit: 1 }))[0]?.timestamp ?? 0;
  const must = async (by: OriginchatsClient, packet: Packet): Promise<void> => {
    const answer = await by.ask(packet);
    assert.notEqual(answer.cmd, "error", JSON.stringify(answer));
  };
  const made = { cmd: "role_create", name: "log", color: "#123456", self_assignable: true };
  await must(olga, made);
  await must(olga, { cmd: "role_update", name: "log", color: "#654321" });
  await must(lia, { cmd: "self_role_add", role: "log" });
  await must(lia, { cmd: "self_role_remove", role: "log" });
  await must(olga, { cmd: "user_roles_set", user: "lia", roles: ["log", "user"] });
  await must(olga, { cmd: "user_update", user: "lia", updates: { nickname: "Li" } });
  await must(olga, { cmd: "role_delete", name: "log" });
  const entries = entriesOf(await get(olga, { after: newest }));
  const roleId = entries[0]?.target_id;
  assert.deepEqual(
    entries.map((entry) => [...(shown(entry) as unknown[]), entry.target_id === roleId]),
    [
      ["role_management.role_delete", "olga", "log", { ...here }, true],
      ["user_moderation.user_update", "olga", "lia", { nickname: "Li", ...here }, false],
      [
        "user_moderation.user_roles_set",
        "olga",
        "lia",
        { roles: [roleId, "user"], ...here },
        false,
      ],
      ["role_management.self_role_remove", "lia", "lia", { role: roleId, ...here }, false],
      ["role_management.self_role_add", "lia", "lia", { role: roleId, ...here }, false],
      [
        "role_management.role_update",
        "olga",
        "log",
        { color: "#654321", permissions: [], ...here },
        true,
      ],
      [
        "role_management.role_create",
        "olga",
        "log",
        { color: "#123456", permissions: [], ...here },
        true,
      ],
    ],
  );
  const own = entriesOf(await get(olga, { action: "self_role_add", actor: "USR:local_lia" }));
  assert.equal(own.length, 1, "an id in the original's form finds its account");
});
