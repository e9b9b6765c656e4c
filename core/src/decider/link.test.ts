import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AddressTag, MessageId, Place, SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { personByRef, placeKey } from "../state/find.ts";
import { violations } from "../state/violations.ts";
import type { OutsideAccount } from "./contract.ts";

const flash: OutsideAccount = {
  kind: "outside",
  provider: "site",
  id: "47",
  name: "flash",
  color: "#8559a5",
  number: 47,
  rank: 5,
};
const enter = (community: Community, account: OutsideAccount) =>
  community.open("", "sockchat", {
    provider: account.provider,
    account,
    addressTag: "there" as AddressTag,
  });

describe("somebody of a site", () => {
  it("becomes an account with the site's number, colour and the role of the rank", () => {
    const community = new Community();
    const { decision } = enter(community, flash);
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
    const roles = user?.roleIds.map((roleId) => community.state.roles.get(roleId)?.name);
    assert.deepEqual(roles, ["moderator", "user"]);
  });

  it("is known again, and nothing is said twice", () => {
    const community = new Community();
    enter(community, flash);
    const { decision } = enter(community, flash);
    assert.deepEqual(outcome(decision), ["session.opened"]);
  });

  it("is renamed and has another role when the site says so", () => {
    const community = new Community();
    enter(community, flash);
    const { decision } = enter(community, { ...flash, name: "wave", rank: 1 });
    assert.deepEqual(outcome(decision), [
      "link.joined",
      "user.renamed",
      "user.assigned",
      "session.opened",
    ]);
    const person = personByRef(community.state, "flash");
    assert.equal(person?.user.name, "wave");
    assert.equal(personByRef(community.state, "wave"), person);
    assert.deepEqual(violations(community.state), []);
  });

  it("keeps a role that was given here", () => {
    const community = new Community();
    enter(community, { ...flash, rank: 1 });
    const admin = [...community.state.roles.values()].find(({ name }) => name === "admin");
    const before = personByRef(community.state, "flash")?.user.roleIds ?? [];
    assert.ok(admin !== undefined);
    community.take({
      cause: { commandId: "x.1" as never, actor: "operator" },
      events: [
        {
          type: "user.assigned",
          userId: community.userId("flash"),
          roleIds: [admin.roleId, ...before],
          before,
        },
      ],
    });
    assert.deepEqual(outcome(enter(community, { ...flash, rank: 1 }).decision), ["session.opened"]);
  });

  it("goes by the site's number where somebody else has it", () => {
    const community = new Community();
    enter(community, flash);
    const { decision } = enter(community, { ...flash, id: "other", name: "late" });
    const session = eventOf(decision, "session.opened")?.session;
    assert.equal(session?.alias, 47);
    assert.ok((eventOf(decision, "user.joined")?.user.number ?? 0) >= 1_000_000_000);
  });

  it("has the roles of the operator's list, where there is one", () => {
    const community = new Community({
      siteRoles: [
        { rank: 1, role: "moderator" },
        { rank: 2, role: "admin" },
      ],
    });
    const rolesAt = (id: string, rank: number) => {
      const { decision } = enter(community, { ...flash, id, name: `r${id}`, rank });
      const [first] = eventOf(decision, "user.joined")?.user.roleIds ?? [];
      return first === undefined ? undefined : community.state.roles.get(first)?.name;
    };
    assert.equal(rolesAt("1", 0), "user");
    assert.equal(rolesAt("2", 1), "moderator");
    assert.equal(rolesAt("3", 9), "admin");
  });

  it("is the same person again after its account ended, and new in everything else", () => {
    const community = new Community();
    const first = enter(community, flash);
    const { userId, number } = eventOf(first.decision, "user.joined")?.user ?? {};
    community.operator({ type: "user.depart", target: "flash" });
    const { decision } = enter(community, { ...flash, name: "wave", rank: 1 });
    assert.deepEqual(outcome(decision), [
      "user.joined",
      "link.joined",
      "session.opened",
      "presence.began",
    ]);
    const user = eventOf(decision, "user.joined")?.user;
    assert.deepEqual([user?.userId, user?.number, user?.name], [userId, number, "wave"]);
    const roles = user?.roleIds.map((roleId) => community.state.roles.get(roleId)?.name);
    assert.deepEqual(roles, ["user"]);
    assert.equal(personByRef(community.state, "flash")?.epoch, 1);
    assert.deepEqual(outcome(enter(community, { ...flash, name: "wave" }).decision), [
      "link.joined",
      "user.assigned",
      "session.opened",
    ]);
    assert.deepEqual(violations(community.state), []);
  });

  it("is silenced as long as the site says, never shorter than here", () => {
    const community = new Community();
    const untilMs = community.nowMs + 60_000;
    const { decision } = enter(community, { ...flash, silencedUntilMs: untilMs });
    assert.equal(eventOf(decision, "moderation.silenced")?.untilMs, untilMs);
    const again = enter(community, { ...flash, silencedUntilMs: untilMs - 1 });
    assert.equal(eventOf(again.decision, "moderation.silenced"), undefined);
  });
});

describe("link.join", () => {
  it("makes the asker's account part of the issuer's, and ends its sessions", () => {
    const community = new Community();
    community.person("ada");
    enter(community, flash);
    const asker = enter(community, flash).sessionId;
    const decision = community.as(asker, { type: "link.join", code: "ada" });
    assert.deepEqual(outcome(decision), [
      "user.merged",
      "session.closed",
      "session.closed",
      "presence.ended",
    ]);
    assert.deepEqual(violations(community.state), []);
    assert.equal(personByRef(community.state, "flash")?.user.name, "ada");
    assert.equal(personByRef(community.state, "47")?.user.name, "ada");
    const back = enter(community, flash);
    const session = eventOf(back.decision, "session.opened")?.session;
    assert.deepEqual([session?.userId, session?.alias], [community.userId("ada"), 47]);
  });

  it("brings what one has read and chosen along", () => {
    const community = new Community();
    for (const name of ["ada", "ben", "olga"]) community.person(name);
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "random",
      permissions: { view: ["user"], send: ["user"] },
    });
    const [general, random] = [community.place("general"), community.place("random")];
    const ben = community.enter("ben", "sockchat");
    const ada = community.enter("ada", "originchats");
    const said = (place: Place): MessageId => {
      const post = community.as(community.enter("olga", "originchats"), {
        type: "message.post",
        place,
        kind: "text",
        content: { text: "hello", markup: "markdown" },
      });
      return eventOf(post, "message.posted")?.message.messageId ?? assert.fail("not posted");
    };
    const asked = community.as(ada, {
      type: "poll.create",
      place: general,
      question: "Tea?",
      options: ["yes", "no"].map((text) => ({ optionId: text, text })),
      multi: false,
      endsMs: null,
    });
    const poll = eventOf(asked, "message.posted")?.message.poll?.pollId ?? assert.fail("no poll");
    community.as(ben, { type: "poll.vote", poll, options: ["no"] });
    const [old, fresh, elsewhere] = [said(general), said(general), said(random)];
    const read = (by: SessionId, place: Place, messageId: MessageId) =>
      community.as(by, { type: "unread.mark", place, messageId });
    read(ada, general, old);
    read(ben, general, fresh);
    read(ben, random, elsewhere);
    const adaId = community.userId("ada");
    const joined = community.as(ben, { type: "link.join", code: "ada" });
    assert.ok(eventOf(joined, "user.merged"));
    const { readers, votes } = community.state;
    assert.deepEqual(
      [general, random].map((place) => [...(readers.get(placeKey(place))?.userIds.keys() ?? [])]),
      [[adaId], [adaId]],
    );
    assert.deepEqual([...(votes.get(poll) ?? [])], [[adaId, ["no"]]]);
    assert.deepEqual(violations(community.state), []);
    const other = community.as(ada, { type: "poll.vote", poll, options: ["yes"] });
    const counted = eventOf(other, "poll.voted")?.poll.options.map((option) => option.votes);
    assert.deepEqual(counted, [1, 0]);
  });

  it("refuses unknown codes, one's own, and whoever is silenced", () => {
    const community = new Community();
    community.person("ada");
    community.person("ben");
    community.person("mona", "moderator");
    const ben = community.enter("ben", "sockchat");
    const refusal = (code: string) => {
      const decision = community.as(ben, { type: "link.join", code });
      return decision.ok ? "accepted" : decision.rejection.code;
    };
    assert.equal(refusal("nobody"), "invalid");
    assert.equal(refusal("ben"), "self_target");
    community.operator({ type: "moderation.silence", target: "ada", replace: false });
    assert.equal(refusal("ada"), "silenced");
    community.operator({ type: "moderation.ban", target: "mona", addresses: false });
    assert.equal(refusal("mona"), "banned");
  });
});

describe("coming back", () => {
  const since = (community: Community) => {
    const { decision } = community.open("ada", "sockchat");
    return eventOf(decision, "session.opened")?.since;
  };

  it("goes on behind what the last session was sent, once", () => {
    const community = new Community();
    community.person("ada");
    const ada = community.enter("ada", "sockchat");
    community.posted(ada, "one");
    const { number } = community.posted(ada, "two");
    community.as(ada, { type: "session.close", why: "lost", seen: number - 1 });
    assert.equal(since(community), number - 1);
    assert.equal(since(community), undefined);
  });

  it("is over after the time that is allowed", () => {
    const community = new Community();
    community.person("ada");
    const ada = community.enter("ada", "sockchat");
    community.as(ada, { type: "session.close", why: "leave", seen: 0 });
    community.nowMs += 600_001;
    assert.equal(since(community), undefined);
  });

  it("never claims more than there is", () => {
    const community = new Community();
    community.person("ada");
    const ada = community.enter("ada", "sockchat");
    const { number } = community.posted(ada, "one");
    community.as(ada, { type: "session.close", why: "leave", seen: number + 100 });
    assert.equal(since(community), number);
  });

  it("begins where the lost session itself began, if nobody knows how far it came", () => {
    const community = new Community();
    community.person("ada");
    const ada = community.enter("ada", "sockchat");
    const { number } = community.posted(ada, "one");
    community.as(ada, { type: "session.close", why: "leave", seen: number });
    const again = community.enter("ada", "sockchat");
    community.posted(again, "two");
    community.as(again, { type: "session.close", why: "lost" });
    assert.equal(since(community), number);
  });
});
