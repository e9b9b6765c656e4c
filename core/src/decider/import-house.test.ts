/** What a community is made of moves into a house, empty or lived in (docs/decisions/import.md). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChannelId, ThreadId } from "@dragoman/bus-schema";
import { Community, outcome } from "@dragoman/testing/community";
import { cursorsOf } from "../state/imported.ts";
import {
  ada,
  assertWhole,
  ben,
  bringing,
  broughtRole,
  id,
  message,
  moveIn,
  peopled,
  roleOf,
} from "../testing/moving-in.ts";

/** A house in which somebody said something in `general`. */
function livedIn(): Community {
  const community = new Community();
  community.person("mona");
  community.posted(community.enter("mona", "originchats"), "here before");
  return community;
}

describe("a house that has lived", () => {
  const bringing = (name: string, view: readonly string[]) => ({
    channelId: id(20) as never as ChannelId,
    kind: "text" as const,
    name,
    permissions: { view: [...view], send: [...view] },
    minRank: 0,
    hasPassword: false,
    temporary: false,
  });
  const joining = (community: Community, name: string, view: readonly string[]) => {
    const { channelId } = community.place(name);
    const progress = { source: "old", key: "joined channel", cursor: channelId };
    return community.operator({
      type: "import.channel",
      channel: bringing(name, view),
      joins: { channelId, progress },
    });
  };

  it("gives nobody more to read: a channel in which anything was said is not taken over", () => {
    const community = livedIn();
    const before = community.state.channels.get(community.place("general").channelId);
    assert.deepEqual(outcome(joining(community, "general", ["user", "guest"])), {
      code: "already_exists",
      what: "channel",
      given: "general",
    });
    assert.equal(community.state.channels.get(community.place("general").channelId), before);
    assert.equal(community.state.imports.size, 0);
  });

  it("has a silent channel become as it was there, and remembers it by the same commit", () => {
    const community = new Community();
    const decision = joining(community, "general", ["user"]);
    assert.deepEqual(outcome(decision), ["channel.updated", "import.stored"]);
    const { channelId } = community.place("general");
    assert.deepEqual(cursorsOf(community.state, "old", undefined), [
      { key: "joined channel", cursor: channelId },
    ]);
    assertWhole(community);
  });

  it("takes over no channel that is somebody's, whatever was said in it", () => {
    const community = new Community();
    community.person("olga", "owner");
    const olga = community.enter("olga", "originchats");
    community.as(olga, { type: "channel.create", kind: "text", name: "staff", permissions: {} });
    assert.equal(joining(community, "staff", ["owner"]).ok, false);
  });

  it("gives no role of the same name to anybody, and no rights over the house", () => {
    const community = livedIn();
    const before = [...community.state.roles.values()];
    const roles = [
      broughtRole(1, "owner", ["administrator"]),
      broughtRole(2, "moderator", ["ban_members"]),
      broughtRole(3, "vip", ["manage_server"]),
      broughtRole(4, "user", ["manage_channels"]),
    ];
    community.operator({ type: "import.roles", roles });
    assert.deepEqual(
      [...community.state.roles.values()].map(({ name, permissions, rank, selfAssignable }) => [
        name,
        permissions.length > 0,
        rank,
        selfAssignable,
      ]),
      [
        ["owner", true, 10, false],
        ["admin", true, 8, false],
        ["moderator", true, 5, false],
        ["owner-2", false, 1, false],
        ["moderator-2", false, 1, false],
        ["vip", false, 1, false],
        ["user", true, 1, false],
      ],
    );
    for (const role of before) {
      const { position: _, ...now } = roleOf(community, role.name) ?? role;
      const { position: __, ...was } = role;
      assert.deepEqual(now, was);
    }
    assert.deepEqual(outcome(community.operator({ type: "import.roles", roles })), []);
    assertWhole(community);
  });

  it("joins no role that somebody here holds, though nothing was said yet", () => {
    const community = new Community();
    community.person("mona", "moderator");
    community.operator({
      type: "import.roles",
      roles: [broughtRole(1, "moderator", ["administrator"]), broughtRole(2, "admin", ["x"])],
    });
    assert.equal(roleOf(community, "moderator")?.permissions.includes("administrator"), false);
    assert.deepEqual(roleOf(community, "moderator-2")?.permissions, ["administrator"]);
    assert.deepEqual(roleOf(community, "admin")?.permissions, ["x"]);
    assertWhole(community);
  });

  it("leaves a nickname that is somebody's, or looks so", () => {
    const community = livedIn();
    moveIn(community, { userId: ada, nickname: "Мona" });
    moveIn(community, { userId: ben, nickname: "Big Ben" });
    const nicknames = [ada, ben].map((who) => community.state.people.get(who)?.user.nickname);
    assert.deepEqual(nicknames, [undefined, "Big Ben"]);
  });
});

describe("what the community is made of", () => {
  it("orders roles as they were, joined with those of the house by their names", () => {
    const community = new Community();
    const before = [...community.state.roles.values()];
    const [owner, , , user] = before;
    if (owner === undefined || user === undefined) throw new Error("no roles");
    const vip = { ...user, roleId: id(9) as never, name: "vip", rank: 2, color: "#00ff00" };
    const roles = [owner, vip, { ...user, roleId: id(8) as never, color: "#123456" }].map(
      ({ position: _, ...role }) => role,
    );
    assert.deepEqual(outcome(community.operator({ type: "import.roles", roles })), [
      "role.reordered",
    ]);
    assert.deepEqual(
      [...community.state.roles.values()].map(({ name, color, position }) => [
        name,
        color,
        position,
      ]),
      [
        ["owner", "#9400D3", 0],
        ["vip", "#00ff00", 1],
        ["user", "#123456", 2],
        ["admin", "#FF0000", 3],
        ["moderator", "#FFFF00", 4],
      ],
    );
    assert.equal([...community.state.roles.values()][2]?.roleId, user.roleId);
    assert.deepEqual(outcome(community.operator({ type: "import.roles", roles })), []);
  });

  it("makes channels, forums and threads that follow their own ids, each once", () => {
    const community = peopled();
    const channelId = id(20) as never as ChannelId;
    const channel = {
      channelId,
      kind: "forum",
      name: "Über uns",
      permissions: { view: ["user"] },
      minRank: 0,
      hasPassword: false,
      temporary: false,
    } as const;
    const forum = { ...channel, permissions: { view: ["user"] } };
    assert.deepEqual(outcome(community.operator({ type: "import.channel", channel: forum })), [
      "channel.created",
    ]);
    assert.deepEqual(outcome(community.operator({ type: "import.channel", channel: forum })), []);
    const thread = {
      threadId: id(21) as never as ThreadId,
      channelId,
      name: "First",
      creatorId: ada,
      createdAtUs: 5,
      locked: true,
      archived: false,
      participantIds: [ben],
    };
    assert.deepEqual(outcome(community.operator({ type: "import.thread", thread })), [
      "import.stored",
    ]);
    assert.deepEqual(outcome(community.operator({ type: "import.thread", thread })), []);
    const made = community.state.threads.get(thread.threadId);
    assert.deepEqual([made?.slug, made?.participantIds], ["Ueber_uns-First", [ada, ben]]);
    const place = { channelId, threadId: thread.threadId };
    const decision = community.operator(bringing(null, "1", [message(community, 1, { place })]));
    assert.equal(decision.ok, true);
    assertWhole(community);
  });
});
