/** The permission rules, as tables: they decide in core and in every gateway. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Channel,
  type ChannelPermissions,
  type ChannelRight,
  channelRights,
  type Role,
} from "./community.ts";
import type { ChannelId, CredentialId, RoleId, UserId } from "./id.ts";
import {
  type Actor,
  allows,
  channelList,
  freshChannelPermissions,
  hasPermission,
  holds,
  isOpenTo,
  isOwner,
  mayManage,
  namesRole,
  outranks,
  type Right,
  rankOf,
  rights,
  rolesOf,
  sees,
  views,
  withRoleRenamed,
} from "./permission.ts";

function role(name: string, rank = 0, permissions: readonly string[] = []): Role {
  return {
    roleId: name as RoleId,
    name,
    description: null,
    color: null,
    hoisted: false,
    permissions: [...permissions],
    selfAssignable: false,
    category: null,
    position: 100 - rank,
    rank,
  };
}

const owner = role("owner", 10);
const admin = role("admin", 8, ["administrator"]);
const moderator = role("moderator", 5, ["kick_members"]);
const muted = role("muted", 0);
const user = role("user", 1);

const as = (...roles: readonly Role[]): Actor => ({ userId: "ada" as UserId, roles });

function channel(permissions: ChannelPermissions, more: Partial<Channel> = {}): Channel {
  return {
    channelId: "general" as ChannelId,
    kind: "text",
    name: "general",
    slug: "general",
    permissions,
    minRank: 0,
    hasPassword: false,
    temporary: false,
    ...more,
  };
}

describe("a channel's list", () => {
  it("is the one that is written", () => {
    assert.deepEqual(channelList(channel({ view: ["user", "!muted"] }), "view"), [
      "user",
      "!muted",
    ]);
  });

  it("counts as absent when it is empty, as the original drops it", () => {
    const lists = channel({ view: ["user"], send: [], delete_own: [] });
    assert.deepEqual(channelList(lists, "send"), []);
    assert.deepEqual(channelList(lists, "delete_own"), ["user"]);
  });

  it("is the fresh one where the channel has none at all", () => {
    for (const right of channelRights) {
      assert.deepEqual(channelList(channel({}), right), freshChannelPermissions[right], right);
    }
  });

  const absent: Readonly<Record<ChannelRight, readonly string[]>> = {
    view: [],
    send: [],
    delete: [],
    delete_own: ["user"],
    edit_own: ["user"],
    react: ["user"],
    pin: ["owner"],
    create_thread: [],
  };
  for (const right of channelRights) {
    it(`of \`${right}\`, absent beside others, names ${absent[right].join() || "nobody"}`, () => {
      const others = channel(right === "view" ? { send: ["user"] } : { view: ["user"] });
      assert.deepEqual(channelList(others, right), absent[right]);
    });
  }
});

describe("a right in a channel", () => {
  const cases: readonly (readonly [
    what: string,
    list: string[],
    roles: readonly Role[],
    allowed: boolean,
  ])[] = [
    ["is a role's that the list names", ["user"], [user], true],
    ["is one of several roles'", ["moderator"], [user, moderator], true],
    ["is nobody's that the list does not name", ["moderator"], [user], false],
    ["is nobody's without a role", ["user"], [], false],
    ["is refused by !role", ["user", "!muted"], [user, muted], false],
    [
      "is refused by !role in whatever order the roles stand",
      ["user", "!muted"],
      [muted, user],
      false,
    ],
    [
      "is refused by !role in whatever order the list stands",
      ["!muted", "user"],
      [user, muted],
      false,
    ],
    ["is others' than those of !role", ["user", "!muted"], [user], true],
    ["is nobody's by !role alone", ["!muted"], [user], false],
    ["is not the owner's by being owner", ["user"], [owner], false],
    ["is not an administrator's by the permission", ["user"], [admin], false],
    ["is refused to an owner by !owner", ["user", "!owner"], [owner, user], false],
    ["goes by the whole name", ["use"], [user], false],
    ["tells small from capital letters", ["User"], [user], false],
  ];
  for (const [what, list, roles, allowed] of cases) {
    it(what, () => {
      for (const right of channelRights) {
        assert.equal(allows(channel({ [right]: list }), right, as(...roles)), allowed, right);
      }
    });
  }

  const twoPeople = channel({ view: ["user"], pin: ["user"] }, { kind: "whisper" });
  const whisper: Channel = { ...twoPeople, peopleIds: ["ada" as UserId, "ben" as UserId] };
  const others: readonly ChannelRight[] = ["delete", "pin", "create_thread"];
  for (const right of channelRights) {
    const own = !others.includes(right);
    it(`of a whisper, \`${right}\`, is ${own ? "its two people's alone" : "nobody's"}`, () => {
      assert.equal(allows(whisper, right, as(user)), own);
      assert.equal(allows(whisper, right, { userId: "cyd" as UserId, roles: [owner] }), false);
      assert.equal(allows(twoPeople, right, as(user)), false);
    });
  }
});

describe("a right of the community", () => {
  for (const right of Object.keys(rights) as Right[]) {
    it(`\`${right}\` is held by each of its permissions, by owner and by administrator`, () => {
      for (const permission of rights[right]) {
        assert.ok(holds(as(user, role("some", 1, [permission])), right), permission);
      }
      assert.ok(holds(as(owner), right));
      assert.ok(holds(as(admin), right));
      assert.ok(!holds(as(user), right));
      assert.ok(!holds(as(role("some", 99, ["speak"])), right));
      assert.ok(!holds(as(), right));
    });
  }

  it("of kicking is not that of banning", () => {
    assert.ok(holds(as(moderator), "kick"));
    assert.ok(holds(as(moderator), "unban"));
    assert.ok(!holds(as(moderator), "ban"));
  });

  it("by its id is the permission itself, or what implies all", () => {
    assert.ok(hasPermission(as(moderator), "kick_members"));
    assert.ok(!hasPermission(as(role("some", 1, ["manage_users"])), "kick_members"));
    assert.ok(hasPermission(as(owner), "whatever"));
    assert.ok(hasPermission(as(admin), "whatever"));
  });
});

describe("rank", () => {
  it("is the highest of the roles, 0 without any", () => {
    assert.equal(rankOf(as(user, moderator, muted)), 5);
    assert.equal(rankOf(as()), 0);
  });

  it("must be higher than the other's, not the same", () => {
    assert.ok(outranks(as(moderator), as(user)));
    assert.ok(!outranks(as(moderator), as(user, moderator)));
    assert.ok(!outranks(as(user), as(moderator)));
  });

  it("does not make an owner, the name does", () => {
    assert.ok(isOwner(as(user, owner)));
    assert.ok(!isOwner(as(role("boss", 99, ["administrator"]))));
  });

  it("of a role that one manages is below one's highest; an owner manages all", () => {
    assert.ok(mayManage(as(moderator), user));
    assert.ok(!mayManage(as(moderator), moderator));
    assert.ok(!mayManage(as(moderator), admin));
    assert.ok(mayManage(as(owner), owner));
    assert.ok(!mayManage(as(), user));
  });
});

describe("a channel", () => {
  const open = channel({ view: ["user"] });
  const locked = channel(
    { view: ["user"] },
    { hasPassword: true, passwordId: "now" as CredentialId, ownerId: "ben" as UserId },
  );

  it("is seen by its view list and from its minimum rank on", () => {
    assert.ok(sees({ ...open, minRank: 1 }, as(user)));
    assert.ok(!sees({ ...open, minRank: 2 }, as(user)));
    assert.ok(sees({ ...open, minRank: 5 }, as(user, moderator)));
    assert.ok(!sees(open, as(moderator)));
  });

  it("under a password is read by who was admitted by this one, its owner and managers", () => {
    assert.ok(!views(locked, as(user)));
    assert.ok(views(locked, as(user), "now" as CredentialId));
    assert.ok(!views(locked, as(user), "before" as CredentialId));
    assert.ok(views(locked, { userId: "ben" as UserId, roles: [user] }));
    assert.ok(views(locked, as(user, role("some", 1, ["manage_channels"]))));
  });

  it("is opened by no password to those who do not see it", () => {
    assert.ok(!views(locked, as(moderator), "now" as CredentialId));
    assert.ok(isOpenTo(locked, as(moderator), "now" as CredentialId));
  });

  it("without a password needs none", () => {
    assert.ok(isOpenTo(open, as()));
  });
});

describe("a role's name in a channel's lists", () => {
  const named = channel({ view: ["user", "!muted"], send: ["moderator"] });

  it("is found plainly and with !", () => {
    for (const name of ["user", "muted", "moderator"]) assert.ok(namesRole(named, name), name);
    assert.ok(!namesRole(named, "owner"));
    assert.ok(!namesRole(named, "!muted".slice(0, 2)));
  });

  it("follows the role's change of name in every list", () => {
    assert.deepEqual(withRoleRenamed(named, "muted", "quiet").permissions, {
      view: ["user", "!quiet"],
      send: ["moderator"],
    });
    assert.deepEqual(withRoleRenamed(named, "user", "member").permissions.view, [
      "member",
      "!muted",
    ]);
    assert.equal(withRoleRenamed(named, "owner", "boss"), named);
  });
});

describe("role ids", () => {
  it("become roles in the person's order; those without a role are passed over", () => {
    const all = new Map([user, moderator].map((each) => [each.roleId, each]));
    const ids = ["moderator", "gone", "user"] as RoleId[];
    assert.deepEqual(rolesOf(ids, all), [moderator, user]);
  });
});
