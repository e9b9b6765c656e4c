import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CommandOf } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { personCalled } from "../state/find.ts";
import { violations } from "../state/violations.ts";

function community(): Community {
  const at = new Community({ graceMs: 0 });
  at.person("olga", "owner");
  at.person("mona", "moderator");
  for (const name of ["ada", "ben"]) at.person(name);
  return at;
}

type Nick = Partial<Omit<CommandOf<"user.nick">, "type">>;
const nick = (nickname: string | null, more: Nick = {}): CommandOf<"user.nick"> => ({
  type: "user.nick",
  nickname,
  temporary: false,
  ...more,
});
const called = (at: Community, name: string) => at.state.people.get(at.userId(name))?.user.nickname;

describe("user.nick", () => {
  it("is cleaned, and null or blank takes it away", () => {
    const at = community();
    const ada = at.enter("ada", "originchats");
    const event = eventOf(at.as(ada, nick(" \u0001Addie ")), "user.nicknamed");
    assert.equal(event?.nickname, "Addie");
    assert.deepEqual(outcome(at.as(ada, nick("Addie"))), []);
    at.as(ada, nick("  "));
    assert.equal(called(at, "ada"), undefined);
    assert.deepEqual(violations(at.state), []);
  });

  it("is nobody else's name or nickname, nor looks like one", () => {
    const at = community();
    const ada = at.enter("ada", "originchats");
    at.as(at.enter("ben", "originchats"), nick("The Ben"));
    for (const taken of ["BEN", "bеn", "the_ben", "~The Ben", "Elsewhere", "b e n"]) {
      const refused = at.as(ada, nick(taken));
      assert.equal(refused.ok || refused.rejection.code, "already_exists", taken);
    }
    assert.ok(at.as(ada, nick("Ada")).ok, "the own name is one's own");
  });

  it("of another takes the right and a higher rank", () => {
    const at = community();
    const mona = at.enter("mona", "originchats");
    const ben = at.enter("ben", "originchats");
    const event = eventOf(at.as(mona, nick("Benny", { target: "ben" })), "user.nicknamed");
    assert.equal(event?.byId, at.userId("mona"));
    const code = (decision: ReturnType<Community["as"]>) =>
      decision.ok ? "accepted" : decision.rejection.code;
    assert.equal(code(at.as(mona, nick("x", { target: "olga" }))), "rank_too_low");
    assert.equal(code(at.as(ben, nick("x", { target: "ada" }))), "not_permitted");
    assert.equal(code(at.as(ben, nick("x", { target: "nobody" }))), "not_permitted");
    assert.equal(code(at.as(mona, nick("x", { target: "nobody" }))), "not_found");
  });

  it("that is temporary gives way to the one that lasts when the last session ends", () => {
    const at = community();
    const web = at.enter("ada", "originchats");
    const ada = at.enter("ada", "sockchat");
    at.as(web, nick("Addie"));
    at.as(ada, nick("for now", { temporary: true }));
    at.as(ada, nick("or this", { temporary: true }));
    assert.equal(called(at, "ada"), "or this");
    const ben = at.enter("ben", "originchats");
    assert.equal(at.as(ben, nick("addie")).ok, false, "what lasts stays taken");
    assert.ok(at.as(ben, nick("for now")).ok, "what is given up is free");
    at.as(web, { type: "session.close", why: "leave" });
    assert.equal(called(at, "ada"), "or this");
    const closed = at.as(ada, { type: "session.close", why: "leave" });
    assert.deepEqual(outcome(closed), ["session.closed", "presence.ended", "user.nicknamed"]);
    assert.equal(called(at, "ada"), "Addie");
    assert.deepEqual(violations(at.state), []);
  });

  it("finds its bearer, whatever the case and with blanks as underscores, and names go first", () => {
    const at = community();
    at.as(at.enter("ada", "originchats"), nick("Lady Ada"));
    for (const typed of ["lady ada", "Lady_Ada", "~Lady_Ada"]) {
      assert.equal(personCalled(at.state, typed)?.user.name, "ada", typed);
    }
    assert.equal(personCalled(at.state, "Lady"), undefined);
    assert.equal(personCalled(at.state, "<AFK>_ben"), undefined, "shown forms are a gateway's");
  });

  it("is nobody's when its bearer has gone for good", () => {
    const at = community();
    const ada = at.enter("ada", "originchats");
    at.as(ada, nick("Addie"));
    at.as(ada, { type: "user.depart", target: "ada" });
    assert.ok(at.as(at.enter("ben", "originchats"), nick("Addie")).ok);
  });
});

describe("user.rename", () => {
  it("keeps the former name for its bearer", () => {
    const at = community();
    const olga = at.enter("olga", "originchats");
    const rename = (target: string, name: string) =>
      at.as(olga, { type: "user.rename", target, name });
    const event = eventOf(rename("ada", "Adele"), "user.renamed");
    assert.deepEqual([event?.handle, event?.before], ["Adele", "ada"]);
    const taken = rename("ben", "ada");
    assert.equal(taken.ok || taken.rejection.code, "bad_login");
    assert.equal(personCalled(at.state, "ada")?.user.name, "Adele");
    assert.ok(rename("adele", "ada").ok);
    assert.deepEqual(violations(at.state), []);
  });

  it("takes a nickname in the same act, or refuses both", () => {
    const at = community();
    const olga = at.enter("olga", "originchats");
    const both = { type: "user.rename", target: "ada", name: "adele" } as const;
    const refused = at.as(olga, { ...both, nickname: "ben" });
    assert.equal(refused.ok || refused.rejection.code, "already_exists");
    const done = at.as(olga, { ...both, nickname: "A." });
    assert.deepEqual(outcome(done), ["user.renamed", "user.nicknamed"]);
  });
});
