import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilities, originalCapabilities } from "../capability.ts";
import {
  ada,
  general,
  message,
  moderator,
  objectIn,
  roster,
  say,
  sent,
  session,
  staff,
  view,
} from "../testing/edge.ts";
import { commands, families } from "./index.ts";

/** Commands of part 1, 9.1, that the capability list does not name (2.2). */
const unlisted = [
  "role_set",
  "role_permissions_set",
  "role_permissions_get",
  "pfp_set",
  "pfp_get",
  "voice_unmute",
  "user_roles_add",
  "user_roles_remove",
];

/** Those of the newer dialect (part 1, 2.9). */
const newer = ["capabilities", "emoji_list"];

/** Ours (bridge table, leaving a protocol). */
const own = ["adoption_get"];

test("every command stands in one family, and the reference knows it", () => {
  const names = families.flatMap((family) => Object.keys(family));
  assert.equal(new Set(names).size, names.length);
  assert.equal(commands.size, names.length);
  const known = new Set([...originalCapabilities, ...unlisted, ...newer, ...own]);
  for (const name of names) assert.ok(known.has(name), name);
});

test("capabilities are the original's names and newer ones that are commands here, sorted", () => {
  assert.equal(originalCapabilities.length, 96);
  assert.deepEqual(capabilities, [...capabilities].sort());
  for (const name of ["unreads_ack", ...newer]) assert.ok(capabilities.includes(name), name);
  for (const name of ["auth", "attachment_upload", "events"]) {
    assert.ok(!capabilities.includes(name), name);
  }
});

test("channels_get lists what the person may view, a whisper under the other's name", () => {
  assert.deepEqual(sent(say(ada, { cmd: "channels_get", listener: "l" })), [
    {
      cmd: "channels_get",
      val: [
        {
          type: "text",
          name: "general",
          description: "For everyone",
          permissions: { view: ["user"], send: ["user"], delete: ["moderator"] },
          last_message: 7.5,
          last_message_id: message(7).messageId,
        },
        {
          type: "text",
          name: "@ben",
          permissions: { send: ["ada", "ben"] },
          last_message: null,
          last_message_id: null,
        },
      ],
      channels: [
        { type: "text", name: "general", description: "For everyone" },
        { type: "text", name: "@ben" },
      ],
      listener: "l",
    },
  ]);
});

test("a minimum rank shows as the roles that have it, missing permissions as their defaults", () => {
  const channels = [
    { ...general, minRank: 5 },
    { ...staff, permissions: {}, minRank: 0 },
  ];
  const of = roster({ channels });
  const olga = [...of.users].find((user) => user.name === "olga");
  const [packet] = sent(say(olga, { cmd: "channels_get" }), view(of));
  const [first, second] = Object.values(objectIn(packet, "val")) as {
    readonly permissions: Record<string, unknown>;
  }[];
  assert.deepEqual(first?.permissions["view"], ["owner", "moderator"]);
  assert.deepEqual(second?.permissions["delete_own"], ["user"]);
  assert.deepEqual(second?.permissions["view"], ["owner"]);
});

test("users_list has everybody but banned and departed people; who is away is offline", () => {
  const hidden = { status: { status: "invisible", text: "busy" } } as const;
  const users = [...roster().users].map((user) => {
    if (user.name === "ben") return { ...user, banned: true };
    return user.name === "olga" ? { ...user, ...hidden } : user;
  });
  const given = view(roster({ users }));
  const [packet] = sent(say(ada, { cmd: "users_list" }, given), given);
  assert.deepEqual(packet?.["users"], [
    {
      username: "ada",
      nickname: null,
      roles: ["user"],
      color: null,
      status: { status: "online", text: "" },
      cracked: true,
      pfp: null,
    },
    {
      username: "mona",
      nickname: null,
      roles: ["moderator", "user"],
      color: "#000001",
      status: { status: "offline", text: "" },
      cracked: true,
      pfp: null,
    },
    {
      username: "olga",
      nickname: null,
      roles: ["owner", "user"],
      color: "#000000",
      status: { status: "offline", text: "" },
      cracked: true,
      pfp: null,
    },
  ]);
});

test("users_online has each person once, whichever protocol they are on", () => {
  const twice = { ...session(ada), sessionId: "another-session".padEnd(32, "_") as never };
  const sessions = [...roster().sessions, { ...twice, dropped: false }];
  const given = view(roster({ sessions }));
  const [packet] = sent(say(ada, { cmd: "users_online" }, given), given);
  const users = packet?.["users"] as { readonly username: string }[];
  assert.deepEqual(
    users.map((user) => user.username),
    ["ada", "ben", "olga"],
  );
  assert.deepEqual(users[0], {
    username: "ada",
    nickname: null,
    roles: ["user"],
    color: null,
    status: { status: "online", text: "" },
  });
});

test("roles_list is an object by name, by position, with the name inside", () => {
  const roles = [...roster().roles].reverse();
  const [packet] = sent(say(ada, { cmd: "roles_list" }, view(roster({ roles }))));
  const listed = packet?.["roles"] as Record<string, unknown>;
  assert.deepEqual(Object.keys(listed), ["owner", "moderator", "user"]);
  assert.deepEqual(listed["moderator"], {
    id: moderator.roleId,
    name: "moderator",
    description: null,
    color: "#000001",
    hoisted: true,
    permissions: ["kick_members", "ban_members"],
    self_assignable: false,
    category: null,
    position: 1,
  });
});
