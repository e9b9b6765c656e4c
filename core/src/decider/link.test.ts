import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AddressTag } from "@dragoman/bus-schema";
import { personByRef } from "../state/find.ts";
import { violations } from "../state/violations.ts";
import type { OutsideAccount } from "./contract.ts";
import { eventOf, House, outcome } from "./given.ts";

const flash: OutsideAccount = {
  kind: "outside",
  provider: "site",
  id: "47",
  name: "flash",
  color: "#8559a5",
  number: 47,
  rank: 5,
};
const enter = (house: House, account: OutsideAccount) =>
  house.open("", "sockchat", {
    provider: account.provider,
    account,
    addressTag: "there" as AddressTag,
  });

describe("somebody of a site", () => {
  it("becomes an account with the site's number, colour and the role of the rank", () => {
    const house = new House();
    const { decision } = enter(house, flash);
    assert.deepEqual(outcome(decision), [
      "user.joined",
      "link.joined",
      "session.opened",
      "presence.began",
    ]);
    const user = eventOf(decision, "user.joined")?.user;
    assert.deepEqual(
      [user?.number, user?.name, user?.color, user?.local],
      [47, "flash", "#8559a5", false],
    );
    const roles = user?.roleIds.map((roleId) => house.state.roles.get(roleId)?.name);
    assert.deepEqual(roles, ["moderator", "user"]);
  });

  it("is known again, and nothing is said twice", () => {
    const house = new House();
    enter(house, flash);
    const { decision } = enter(house, flash);
    assert.deepEqual(outcome(decision), ["session.opened"]);
  });

  it("is renamed and has another role when the site says so", () => {
    const house = new House();
    enter(house, flash);
    const { decision } = enter(house, { ...flash, name: "wave", rank: 1 });
    assert.deepEqual(outcome(decision), [
      "link.joined",
      "user.renamed",
      "user.assigned",
      "session.opened",
    ]);
    const person = personByRef(house.state, "flash");
    assert.equal(person?.user.name, "wave");
    assert.equal(personByRef(house.state, "wave"), person);
    assert.deepEqual(violations(house.state), []);
  });

  it("keeps a role that was given here", () => {
    const house = new House();
    enter(house, { ...flash, rank: 1 });
    const admin = [...house.state.roles.values()].find(({ name }) => name === "admin");
    const before = personByRef(house.state, "flash")?.user.roleIds ?? [];
    assert.ok(admin !== undefined);
    house.take({
      cause: { commandId: "x.1" as never, actor: "operator" },
      events: [
        {
          type: "user.assigned",
          userId: house.userId("flash"),
          roleIds: [admin.roleId, ...before],
          before,
        },
      ],
    });
    assert.deepEqual(outcome(enter(house, { ...flash, rank: 1 }).decision), ["session.opened"]);
  });

  it("goes by the site's number where somebody else has it", () => {
    const house = new House();
    enter(house, flash);
    const { decision } = enter(house, { ...flash, id: "other", name: "late" });
    const session = eventOf(decision, "session.opened")?.session;
    assert.equal(session?.alias, 47);
    assert.ok((eventOf(decision, "user.joined")?.user.number ?? 0) >= 1_000_000_000);
  });

  it("has the roles of the operator's list, where there is one", () => {
    const house = new House({
      siteRoles: [
        { rank: 1, role: "moderator" },
        { rank: 2, role: "admin" },
      ],
    });
    const rolesAt = (id: string, rank: number) => {
      const { decision } = enter(house, { ...flash, id, name: `r${id}`, rank });
      const [first] = eventOf(decision, "user.joined")?.user.roleIds ?? [];
      return first === undefined ? undefined : house.state.roles.get(first)?.name;
    };
    assert.equal(rolesAt("1", 0), "user");
    assert.equal(rolesAt("2", 1), "moderator");
    assert.equal(rolesAt("3", 9), "admin");
  });

  it("is the same person again after its account ended, and new in everything else", () => {
    const house = new House();
    const first = enter(house, flash);
    const { userId, number } = eventOf(first.decision, "user.joined")?.user ?? {};
    house.operator({ type: "user.depart", target: "flash" });
    const { decision } = enter(house, { ...flash, name: "wave", rank: 1 });
    assert.deepEqual(outcome(decision), [
      "user.joined",
      "link.joined",
      "session.opened",
      "presence.began",
    ]);
    const user = eventOf(decision, "user.joined")?.user;
    assert.deepEqual([user?.userId, user?.number, user?.name], [userId, number, "wave"]);
    const roles = user?.roleIds.map((roleId) => house.state.roles.get(roleId)?.name);
    assert.deepEqual(roles, ["user"]);
    assert.equal(personByRef(house.state, "flash")?.epoch, 1);
    assert.deepEqual(outcome(enter(house, { ...flash, name: "wave" }).decision), [
      "link.joined",
      "user.assigned",
      "session.opened",
    ]);
    assert.deepEqual(violations(house.state), []);
  });

  it("is silenced as long as the site says, never shorter than here", () => {
    const house = new House();
    const untilMs = house.nowMs + 60_000;
    const { decision } = enter(house, { ...flash, silencedUntilMs: untilMs });
    assert.equal(eventOf(decision, "moderation.silenced")?.untilMs, untilMs);
    const again = enter(house, { ...flash, silencedUntilMs: untilMs - 1 });
    assert.equal(eventOf(again.decision, "moderation.silenced"), undefined);
  });
});

describe("link.join", () => {
  it("makes the asker's account part of the issuer's, and ends its sessions", () => {
    const house = new House();
    house.person("ada");
    enter(house, flash);
    const asker = enter(house, flash).sessionId;
    const decision = house.as(asker, { type: "link.join", code: "ada" });
    assert.deepEqual(outcome(decision), [
      "user.merged",
      "session.closed",
      "session.closed",
      "presence.ended",
    ]);
    assert.deepEqual(violations(house.state), []);
    assert.equal(personByRef(house.state, "flash")?.user.name, "ada");
    assert.equal(personByRef(house.state, "47")?.user.name, "ada");
    const back = enter(house, flash);
    const session = eventOf(back.decision, "session.opened")?.session;
    assert.deepEqual([session?.userId, session?.alias], [house.userId("ada"), 47]);
  });

  it("refuses unknown codes, one's own, and whoever is silenced", () => {
    const house = new House();
    house.person("ada");
    house.person("ben");
    house.person("mona", "moderator");
    const ben = house.enter("ben", "sockchat");
    const refusal = (code: string) => {
      const decision = house.as(ben, { type: "link.join", code });
      return decision.ok ? "accepted" : decision.rejection.code;
    };
    assert.equal(refusal("nobody"), "invalid");
    assert.equal(refusal("ben"), "self_target");
    house.operator({ type: "moderation.silence", target: "ada", replace: false });
    assert.equal(refusal("ada"), "silenced");
    house.operator({ type: "moderation.ban", target: "mona", addresses: false });
    assert.equal(refusal("mona"), "banned");
  });
});

describe("coming back", () => {
  const since = (house: House) => {
    const { decision } = house.open("ada", "sockchat");
    return eventOf(decision, "session.opened")?.since;
  };

  it("goes on behind what the last session was sent, once", () => {
    const house = new House();
    house.person("ada");
    const ada = house.enter("ada", "sockchat");
    house.posted(ada, "one");
    const { number } = house.posted(ada, "two");
    house.as(ada, { type: "session.close", why: "lost", seen: number - 1 });
    assert.equal(since(house), number - 1);
    assert.equal(since(house), undefined);
  });

  it("is over after the time that is allowed", () => {
    const house = new House();
    house.person("ada");
    const ada = house.enter("ada", "sockchat");
    house.as(ada, { type: "session.close", why: "leave", seen: 0 });
    house.nowMs += 600_001;
    assert.equal(since(house), undefined);
  });

  it("never claims more than there is", () => {
    const house = new House();
    house.person("ada");
    const ada = house.enter("ada", "sockchat");
    const { number } = house.posted(ada, "one");
    house.as(ada, { type: "session.close", why: "leave", seen: number + 100 });
    assert.equal(since(house), number);
  });

  it("begins where the lost session itself began, if nobody knows how far it came", () => {
    const house = new House();
    house.person("ada");
    const ada = house.enter("ada", "sockchat");
    const { number } = house.posted(ada, "one");
    house.as(ada, { type: "session.close", why: "leave", seen: number });
    const again = house.enter("ada", "sockchat");
    house.posted(again, "two");
    house.as(again, { type: "session.close", why: "lost" });
    assert.equal(since(house), number);
  });
});
