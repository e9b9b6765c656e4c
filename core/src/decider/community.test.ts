import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CommandId, type CredentialId, holds, type Right } from "@dragoman/bus-schema";
import { Community, description, eventOf, gateway, outcome } from "@dragoman/testing/community";
import { actorOf, actorOfSession } from "../state/find.ts";
import { initialState, minuteMs, originMs } from "../state/shape.ts";
import { snapshotOf } from "../state/snapshot.ts";
import { violations } from "../state/violations.ts";
import { outcomeOf } from "./index.ts";

describe("a fresh community", () => {
  it("has the original's roles and the channel general, with its first line", () => {
    const { journal, state } = new Community();
    assert.deepEqual(
      journal[0]?.commit.events.map(({ type }) => type),
      [
        "role.created",
        "role.created",
        "role.created",
        "role.created",
        "channel.created",
        "message.posted",
        "server.updated",
      ],
    );
    assert.deepEqual(
      [...state.roles.values()].map(({ name, rank, position }) => [name, rank, position]),
      [
        ["owner", 10, 0],
        ["admin", 8, 1],
        ["moderator", 5, 2],
        ["user", 1, 3],
      ],
    );
    const [message] = [...state.recent.values()];
    assert.equal(message?.message?.content.text, "#general was created.");
  });

  it("gives each right to those whom the bridge table names", () => {
    const community = new Community();
    const people = ["owner", "admin", "moderator", "user"].map((role) => {
      community.person(`the-${role}`, role);
      return actorOf(community.state, community.userId(`the-${role}`));
    });
    const held = (right: Right) => people.map((actor) => (holds(actor, right) ? 1 : 0)).join("");
    const table: Partial<Record<Right, string>> = {
      kick: "1110",
      ban: "1110",
      silence: "1110",
      announce: "1100",
      changeNickname: "1111",
      manageNicknames: "1110",
      createChannel: "1111",
      manageChannels: "1100",
      seeAddresses: "1100",
      viewAuditLog: "1100",
    };
    for (const [right, expected] of Object.entries(table)) {
      assert.equal(held(right as Right), expected, right);
    }
  });

  it("is seeded once, and described anew only when the configuration differs", () => {
    const community = new Community();
    assert.deepEqual(outcome(community.core({ type: "community.seed", server: description })), []);
    assert.deepEqual(outcome(community.core({ type: "server.describe", server: description })), []);
    const server = { ...description, motd: "hello" };
    const told = eventOf(community.core({ type: "server.describe", server }), "server.updated");
    assert.equal(told?.server.motd, "hello");
    assert.equal(told?.server.defaultChannelId, community.place("general").channelId);
  });

  it("has no snapshot before it is seeded", () => {
    assert.equal(snapshotOf(initialState()), null);
    const community = new Community();
    community.person("ada");
    community.enter("ada", "sockchat");
    const snapshot = snapshotOf(community.state);
    assert.equal(snapshot?.people, 1);
    assert.equal(snapshot?.sessions[0]?.dropped, false);
    assert.equal(snapshot?.lastMessages.length, 1);
  });
});

describe("channel.create", () => {
  const permissions = { view: ["user"], send: ["user"], delete: [] };

  it("lists the channel last and gives it a first line", () => {
    const community = new Community();
    community.person("anna", "admin");
    const anna = community.enter("anna", "originchats");
    const body = {
      type: "channel.create",
      kind: "text",
      name: " Café au lait ",
      permissions,
    } as const;
    const created = community.as(anna, body);
    assert.deepEqual(outcome(created), ["channel.created", "message.posted"]);
    const channel = eventOf(created, "channel.created")?.channel;
    assert.deepEqual([channel?.name, channel?.slug], ["Café au lait", "Cafe_au_lait"]);
    assert.deepEqual(channel?.permissions, { view: ["user"], send: ["user"] });
    const line = eventOf(created, "message.posted")?.message.content.text;
    assert.equal(line, "#Café au lait was created by anna.");
    assert.equal([...community.state.channels.values()].at(-1)?.name, "Café au lait");
  });

  it("makes slugs unique, whatever the case, within thirty characters", () => {
    const community = new Community();
    const slug = (name: string) => {
      const created = community.operator({
        type: "channel.create",
        kind: "text",
        name,
        permissions,
      });
      return eventOf(created, "channel.created")?.channel.slug;
    };
    assert.equal(slug("日本"), "channel-1");
    assert.equal(slug("中国"), "channel-2");
    assert.equal(slug("GENERAL!"), "GENERAL-2");
    assert.equal(slug(`${"x".repeat(40)}`), "x".repeat(30));
    assert.equal(slug(`${"x".repeat(41)}`), `${"x".repeat(28)}-2`);
    assert.deepEqual(violations(community.state), []);
  });

  it("refuses names that are bad or taken, ranks above one's own, and people without the right", () => {
    const community = new Community();
    community.person("anna", "admin");
    community.person("ada");
    const anna = community.enter("anna", "originchats");
    const create = (by: typeof anna, name: string, minRank = 0) =>
      outcome(
        community.as(by, { type: "channel.create", kind: "text", name, permissions, minRank }),
      );
    for (const name of ["a/b", "a\\b", ".x", "a\u0000", " ", "x".repeat(65), "a\u202Eb"]) {
      const refused = create(anna, name) as { code: string; field: string };
      assert.deepEqual([refused.code, refused.field], ["invalid", "name"], name);
    }
    const taken = { code: "already_exists", what: "channel", given: "General" };
    assert.deepEqual(create(anna, "General"), taken);
    assert.deepEqual(create(anna, "high", 9), { code: "rank_too_low", given: "9" });
    const ada = community.enter("ada", "originchats");
    for (const role of community.state.roles.values()) {
      community.state.roles.set(role.roleId, { ...role, permissions: [] });
    }
    const denied = { code: "not_permitted", need: "createChannel", hidden: false };
    assert.deepEqual(create(ada, "x"), denied);
  });
});

describe("accounts", () => {
  const credentialId = "00000000-0000-4000-9000-000000000003" as CredentialId;

  it("are added by operators, with their roles and always user", () => {
    const community = new Community();
    const add = (name: string, roles: string[]) =>
      community.operator({ type: "user.add", name, credentialId, roles, demo: true });
    const joined = eventOf(add("Olga", ["owner", "user"]), "user.joined");
    assert.deepEqual(
      joined?.user.roleIds.map((roleId) => community.state.roles.get(roleId)?.name),
      ["owner", "user"],
    );
    assert.deepEqual([joined?.user.number, joined?.user.demo], [1_000_000_000, true]);
    assert.deepEqual(outcome(add("olga", [])), { code: "bad_login", why: "taken" });
    assert.deepEqual(outcome(add("x", [])), { code: "bad_login", why: "name_length" });
    const unknown = { code: "not_found", what: "role", given: "king" };
    assert.deepEqual(outcome(add("carl", ["king"])), unknown);
    const body = { type: "user.add", name: "eve", credentialId, roles: [], demo: false } as const;
    const asOlga = community.as(community.enter("olga", "originchats"), { ...body, roles: [] });
    assert.equal(!asOlga.ok && asOlga.rejection.code, "not_permitted");
  });

  it("depart by themselves or by an operator, and keep their names", () => {
    const community = new Community();
    community.person("ada");
    community.person("ben");
    const ada = community.enter("ada", "sockchat");
    const other = community.as(ada, { type: "user.depart", target: "ben" });
    assert.equal(!other.ok && other.rejection.code, "not_permitted");
    assert.deepEqual(outcome(community.as(ada, { type: "user.depart", target: "ada" })), [
      "user.departed",
      "session.closed",
      "presence.ended",
    ]);
    assert.deepEqual(outcome(community.open("ada", "sockchat").decision), {
      code: "bad_login",
      why: "unknown_user",
    });
    assert.deepEqual(outcome(community.operator({ type: "user.depart", target: "ada" })), {
      code: "not_found",
      what: "user",
      given: "ada",
    });
  });

  it("keep one owner, unless an operator removes the demo", () => {
    const community = new Community();
    community.person("olga", "owner");
    const last = { code: "protected", what: "owner" };
    assert.deepEqual(outcome(community.operator({ type: "user.depart", target: "olga" })), last);
    const roles = ["owner"];
    community.operator({ type: "user.add", name: "demo-owner", credentialId, roles, demo: true });
    assert.ok(community.operator({ type: "user.depart", target: "olga" }).ok);
    assert.ok(community.operator({ type: "user.depart", target: "demo-owner" }).ok);
  });

  it("are found by name, handle, number, id and the original's long form", () => {
    const community = new Community();
    const userId = community.person("Ada");
    for (const given of ["ADA", "USR:local_ada", "1000000000", userId]) {
      assert.equal(community.userId(given), userId, given);
    }
  });
});

describe("a command's outcome", () => {
  it("is known for ten minutes after its session's end, and a minute more at most", () => {
    const community = new Community();
    community.person("ada");
    community.person("ben");
    const ada = community.enter("ada", "sockchat");
    const ben = community.enter("ben", "sockchat");
    const id = (n: number) => `${ada}.${n}` as CommandId;
    community.posted(ada, "hi");
    const seq = community.state.seq;
    assert.deepEqual(outcomeOf(community.state, id(2)), { kind: "repeat", seq });
    assert.deepEqual(outcomeOf(community.state, id(1)), { kind: "stale" });
    assert.deepEqual(outcomeOf(community.state, id(3)), { kind: "new" });
    community.as(ada, { type: "session.close", why: "leave" });
    assert.equal(actorOfSession(community.state, ada, gateway("sockchat")), null);
    community.nowMs += originMs - 1;
    community.posted(ben, "later");
    assert.deepEqual(outcomeOf(community.state, id(2)), { kind: "stale" });
    community.nowMs += minuteMs;
    community.posted(ben, "too late");
    assert.deepEqual(outcomeOf(community.state, id(2)), { kind: "new" });
    assert.deepEqual(outcomeOf(community.state, `${ben}.1` as CommandId), { kind: "stale" });
  });
});
