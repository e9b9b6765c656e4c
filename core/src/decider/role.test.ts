import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CommandOf, SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { roleByName } from "../state/find.ts";
import { violations } from "../state/violations.ts";
import type { Body } from "./contract.ts";

const made = (name: string, more: Partial<CommandOf<"role.create">> = {}) => ({
  type: "role.create" as const,
  name,
  description: null,
  color: null,
  hoisted: false,
  permissions: [],
  selfAssignable: false,
  category: null,
  ...more,
});

interface Setting {
  readonly at: Community;
  readonly olga: SessionId;
  /** Holds `manage_roles` and `manage_users` by a role below that of moderators. */
  readonly kit: SessionId;
}

function setUp(): Setting {
  const at = new Community();
  at.person("olga", "owner");
  at.operator(made("keeper", { permissions: ["manage_roles", "manage_users"] }));
  at.operator({
    type: "role.reorder",
    roles: ["owner", "admin", "moderator", "keeper", "user"],
  });
  at.person("kit", "keeper");
  at.person("ben");
  const staff = { view: ["moderator"], send: ["moderator"] };
  at.operator({ type: "channel.create", kind: "text", name: "staff", permissions: staff });
  return { at, olga: at.enter("olga", "originchats"), kit: at.enter("kit", "originchats") };
}

const code = (decision: ReturnType<Community["as"]>): string =>
  decision.ok ? "accepted" : decision.rejection.code;
const rolesOf = (at: Community, name: string) =>
  at.state.people
    .get(at.userId(name))
    ?.user.roleIds.map((roleId) => at.state.roles.get(roleId)?.name);

describe("roles", () => {
  it("are listed last when they are new, and rank no higher than the last", () => {
    const { at, olga } = setUp();
    at.as(olga, made("new"));
    const role = roleByName(at.state, "new");
    assert.deepEqual([role?.position, role?.rank], [5, 1]);
  });

  it("hand the same ranks out again in a new order", () => {
    const { at, olga } = setUp();
    const before = [...at.state.roles.values()].map(({ rank }) => rank);
    at.as(olga, { type: "role.reorder", roles: ["user", "owner"] });
    const after = [...at.state.roles.values()];
    assert.deepEqual(after.map(({ name }) => name).slice(0, 3), ["user", "owner", "admin"]);
    assert.deepEqual(
      after.map(({ rank }) => rank),
      before,
    );
    assert.deepEqual(outcome(at.as(olga, { type: "role.reorder", roles: ["user"] })), []);
  });

  it("are managed below one's own alone, and give nothing that one lacks", () => {
    const { at, kit } = setUp();
    const refused: readonly Body[] = [
      made("x", { permissions: ["manage_server"] }),
      { type: "role.update", role: "moderator", color: "#000000" },
      { type: "role.update", role: "keeper", color: "#000000" },
      { type: "role.update", role: "user", permissions: ["manage_server"] },
      { type: "role.delete", role: "keeper" },
      { type: "role.reorder", roles: ["keeper", "moderator"] },
    ];
    for (const body of refused) assert.equal(code(at.as(kit, body)), "rank_too_low");
    assert.ok(at.as(kit, made("y", { permissions: ["manage_users"] })).ok);
    assert.ok(at.as(kit, { type: "role.update", role: "user", color: "#112233" }).ok);
  });

  it("do not become free for all with permissions that the giver lacks", () => {
    const { at, kit, olga } = setUp();
    at.as(olga, made("risky", { permissions: ["manage_server"] }));
    const open = { type: "role.update", role: "risky", selfAssignable: true } as const;
    assert.equal(code(at.as(kit, open)), "rank_too_low");
    assert.ok(at.as(olga, open).ok);
  });

  it("keep the names that rules look for, and the channels that list them", () => {
    const { at, olga } = setUp();
    assert.equal(code(at.as(olga, { type: "role.update", role: "user", name: "x" })), "protected");
    assert.equal(code(at.as(olga, { type: "role.delete", role: "admin" })), "protected");
    assert.equal(code(at.as(olga, { type: "role.delete", role: "moderator" })), "protected");
    at.as(olga, { type: "role.update", role: "moderator", name: "warden" });
    const staff = at.state.channels.get(at.place("staff").channelId);
    assert.deepEqual(staff?.permissions.view, ["warden"]);
  });

  it("are taken from everybody when they go", () => {
    const { at, olga } = setUp();
    at.as(olga, made("brief"));
    at.as(olga, { type: "user.assign", target: "ben", how: "add", roles: ["brief"] });
    assert.deepEqual(rolesOf(at, "ben"), ["user", "brief"]);
    at.as(olga, { type: "role.delete", role: "brief" });
    assert.deepEqual(rolesOf(at, "ben"), ["user"]);
    assert.deepEqual(violations(at.state), []);
  });

  it("are taken and dropped by whoever wants to, if they are made for that", () => {
    const { at, olga, kit } = setUp();
    at.as(olga, made("news", { selfAssignable: true }));
    assert.equal(code(at.as(kit, { type: "role.drop", role: "news" })), "invalid");
    assert.deepEqual(outcome(at.as(kit, { type: "role.take", role: "news" })), ["user.assigned"]);
    assert.deepEqual(rolesOf(at, "kit"), ["keeper", "user", "news"]);
    assert.equal(code(at.as(kit, { type: "role.take", role: "news" })), "already_exists");
    assert.equal(code(at.as(kit, { type: "role.take", role: "owner" })), "not_permitted");
    assert.ok(at.as(kit, { type: "role.drop", role: "news" }).ok);
  });
});

describe("user.assign", () => {
  const assign = (target: string, ...roles: string[]) =>
    ({ type: "user.assign", target, how: "set", roles }) as const;

  it("moves nobody above or beside oneself", () => {
    const { at, kit } = setUp();
    assert.equal(code(at.as(kit, assign("ben", "user", "moderator"))), "rank_too_low");
    assert.equal(code(at.as(kit, assign("ben", "user", "keeper"))), "rank_too_low");
    assert.equal(code(at.as(kit, assign("kit", "owner", "user"))), "rank_too_low");
    assert.equal(code(at.as(kit, assign("olga", "user"))), "protected");
  });

  it("keep the right by which an owner is shown what may be managed", () => {
    const { at, olga } = setUp();
    const update = (permissions: string[]) =>
      ({ type: "role.update", role: "owner", permissions }) as const;
    assert.equal(code(at.as(olga, update(["manage_roles"]))), "protected");
    assert.equal(code(at.operator(update([]))), "protected");
    assert.equal(at.as(olga, update(["administrator", "manage_roles"])).ok, true);
  });

  it("keeps an owner", () => {
    const { at, olga } = setUp();
    assert.equal(code(at.as(olga, assign("olga", "user"))), "protected");
    at.as(olga, assign("ben", "owner", "user"));
    assert.ok(at.as(olga, assign("olga", "user")).ok);
    assert.equal(code(at.operator(assign("ben", "user"))), "protected");
  });

  it("moves Sock Chat sessions out of what they may no longer see", () => {
    const { at, olga } = setUp();
    at.as(olga, assign("ben", "moderator", "user"));
    const ben = at.enter("ben", "sockchat");
    at.as(ben, { type: "session.move", channel: "staff" });
    const decision = at.as(olga, assign("ben", "user"));
    const moved = eventOf(decision, "session.moved");
    assert.deepEqual(
      [moved?.from, moved?.to, moved?.why],
      [at.place("staff"), at.place("general"), "expelled"],
    );
    assert.deepEqual(violations(at.state), []);
  });
});
