import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CredentialId, DescribedPhase, Phase, SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome, uuidsFrom } from "@dragoman/testing/community";
import { auditOf } from "../history/audit.ts";
import { violations } from "../state/violations.ts";
import { crowdedProtocols, type Decision, timers } from "./index.ts";

const dayMs = 24 * 3_600_000;

/** Ada on Sock Chat, ben on OriginChats, olga, who is the owner, on both. */
function house(): { community: Community; ada: SessionId; ben: SessionId; olga: SessionId } {
  const community = new Community();
  community.person("ada");
  community.person("ben");
  community.person("olga", "owner");
  const ada = community.enter("ada", "sockchat");
  const ben = community.enter("ben", "originchats");
  community.enter("olga", "originchats");
  const olga = community.enter("olga", "sockchat");
  return { community, ada, ben, olga };
}

const phased = (community: Community, phase: Phase, more: object = {}) =>
  community.operator({ type: "server.phase", protocol: "sockchat", phase, ...more });

const told = (decision: Decision) => (decision.ok ? "accepted" : decision.rejection.code);

const entry = (community: Community, name: string, protocol: string) =>
  told(community.open(name, protocol).decision);

/** Somebody without an account. */
const newcomer = (community: Community, protocol: string) =>
  told(
    community.open("zoe", protocol, {
      account: {
        kind: "new",
        name: "zoe",
        credentialId: uuidsFrom(9_000)() as CredentialId,
        sealedHash: "",
      },
    }).decision,
  );

describe("a protocol that the community leaves", () => {
  it("goes on as before while it is announced, and when that is taken back", () => {
    const { community, ada } = house();
    const event = eventOf(phased(community, "announced", { text: "Soon." }), "server.phased");
    assert.deepEqual(event?.standing, { protocol: "sockchat", phase: "announced", text: "Soon." });
    assert.equal(event?.before, "open");
    assert.deepEqual(outcome(community.post(ada, "hello")), ["message.posted"]);
    assert.deepEqual(outcome(phased(community, "announced")), [], "nothing new");
    assert.deepEqual(outcome(phased(community, "open")), ["server.phased"]);
  });

  it("lets nobody new in once people are invited elsewhere, and everybody who is known", () => {
    const { community } = house();
    phased(community, "invited");
    assert.equal(newcomer(community, "sockchat"), "leaving");
    assert.equal(newcomer(community, "originchats"), "accepted");
    community.enter("ada", "sockchat");
    community.enter("ben", "sockchat");
  });

  it("can only be read, but for order, one's own words and the way out", () => {
    const { community, ada, ben, olga } = house();
    const message = eventOf(community.post(ada, "hello"), "message.posted")?.message;
    phased(community, "read-only");
    assert.equal(told(community.post(ada, "hello")), "leaving");
    assert.equal(
      told(community.as(ada, { type: "user.nick", nickname: "Ada", temporary: false })),
      "leaving",
    );
    assert.equal(told(community.as(ada, { type: "user.token" })), "accepted");
    assert.equal(told(community.as(ada, { type: "link.code" })), "accepted");
    const { messageId, place } = message ?? assert.fail();
    const gone = community.as(ada, { type: "message.delete", message: messageId, place });
    assert.equal(told(gone), "accepted");
    assert.equal(told(community.post(ben, "hello")), "accepted", "the other side goes on");
    assert.equal(told(community.post(olga, "hello")), "accepted", "the owner goes on");
    phased(community, "announced");
    assert.equal(told(community.post(ada, "hello")), "accepted");
  });

  it("takes from who only reads what a client says by itself, and what they take back, and no words", () => {
    const { community, ada } = house();
    phased(community, "read-only");
    const status = (text: string) =>
      told(community.as(ada, { type: "status.set", status: "idle", text }));
    assert.equal(status(""), "accepted", "its window is hidden");
    assert.equal(status("still here"), "leaving");
    assert.equal(told(community.as(ada, { type: "user.depart", target: "ada" })), "accepted");
    assert.deepEqual(violations(community.state), []);
  });

  it("puts everybody out when it closes but whoever manages the community, and lets them in again", () => {
    const { community, ada, ben } = house();
    phased(community, "closed");
    assert.equal(told(community.post(ada, "hello")), "leaving");
    assert.deepEqual(crowdedProtocols(community.state), ["sockchat"]);
    const evicted = community.core({ type: "session.evict", protocol: "sockchat" });
    assert.deepEqual(outcome(evicted), ["session.closed", "presence.ended"]);
    assert.equal(eventOf(evicted, "session.closed")?.session.sessionId, ada);
    assert.deepEqual(crowdedProtocols(community.state), []);
    assert.equal(entry(community, "ada", "sockchat"), "leaving");
    assert.equal(entry(community, "olga", "sockchat"), "accepted");
    assert.equal(entry(community, "ada", "originchats"), "accepted");
    assert.equal(told(community.post(ben, "hello")), "accepted");
    phased(community, "read-only");
    assert.equal(entry(community, "ada", "sockchat"), "accepted");
    assert.deepEqual(violations(community.state), []);
  });

  it("ends many sessions a few at a time", () => {
    const { community } = house();
    for (let n = 0; n < 200; n += 1) {
      community.person(`p${n}`);
      community.enter(`p${n}`, "sockchat");
    }
    phased(community, "closed");
    const pieces: number[] = [];
    while (crowdedProtocols(community.state).length > 0) {
      const decision = community.core({ type: "session.evict", protocol: "sockchat" });
      const events = decision.ok ? decision.events : [];
      pieces.push(events.filter(({ type }) => type === "session.closed").length);
    }
    assert.deepEqual(pieces, [80, 80, 41]);
  });

  it("tells a banned person of the ban, not of the move", () => {
    const { community } = house();
    community.operator({ type: "moderation.ban", target: "ada", addresses: false });
    phased(community, "closed");
    assert.equal(entry(community, "ada", "sockchat"), "banned");
  });
});

describe("a step at a date", () => {
  it("is taken when the date has come, and not before", () => {
    const { community } = house();
    phased(community, "announced");
    const dateMs = community.nowMs + dayMs;
    assert.deepEqual(outcome(phased(community, "closed", { dateMs })), ["server.phased"]);
    const turn = { type: "server.turn", protocol: "sockchat" } as const;
    assert.deepEqual(outcome(community.core(turn)), []);
    assert.deepEqual(
      timers(community.state).filter(({ body }) => body.type === "server.turn").length,
      1,
    );
    assert.deepEqual(violations(community.state), []);
    community.nowMs = dateMs + 1_000;
    const taken = eventOf(community.core(turn), "server.phased");
    assert.deepEqual([taken?.before, taken?.standing.phase], ["announced", "closed"]);
    assert.equal(
      timers(community.state).some(({ body }) => body.type === "server.turn"),
      false,
    );
    assert.deepEqual(violations(community.state), []);
  });

  it("stays when a step forward is taken before it, and goes with a step back", () => {
    const { community } = house();
    const next = () => community.state.phases.get("sockchat")?.standing.next?.phase;
    phased(community, "announced");
    phased(community, "closed", { dateMs: community.nowMs + dayMs });
    phased(community, "read-only");
    assert.equal(next(), "closed");
    phased(community, "announced");
    assert.equal(next(), undefined);
    phased(community, "closed", { dateMs: community.nowMs + dayMs });
    phased(community, "closed");
    assert.equal(next(), undefined);
  });

  it("is none of the past", () => {
    const { community } = house();
    assert.equal(told(phased(community, "closed", { dateMs: community.nowMs - 1 })), "invalid");
  });
});

describe("what the configuration says of a protocol", () => {
  const stand = (community: Community, ...phases: readonly DescribedPhase[]) =>
    community.core({ type: "server.stand", phases });
  const announced: DescribedPhase = { protocol: "sockchat", phase: "announced", text: "" };
  const phaseNow = (community: Community) => community.state.phases.get("sockchat")?.standing.phase;

  it("holds when it differs from what it said last, so that an operator's word outlives a restart", () => {
    const { community } = house();
    assert.deepEqual(outcome(stand(community)), []);
    assert.deepEqual(outcome(stand(community, announced)), ["server.phased"]);
    phased(community, "closed");
    assert.deepEqual(outcome(stand(community, announced)), [], "a restart");
    assert.equal(phaseNow(community), "closed");
    assert.deepEqual(outcome(stand(community, { ...announced, phase: "invited" })), [
      "server.phased",
    ]);
    assert.equal(phaseNow(community), "invited");
    assert.deepEqual(outcome(stand(community)), ["server.phased"]);
    assert.equal(phaseNow(community), "open");
  });

  it("holds value by value: other words or another date undo no step that an operator took", () => {
    const { community } = house();
    const dateMs = community.nowMs + dayMs;
    const standing = () => community.state.phases.get("sockchat")?.standing;
    stand(community, { ...announced, next: { phase: "closed", dateMs } });
    phased(community, "closed");
    stand(community, { ...announced, text: "Soon.", next: { phase: "closed", dateMs } });
    assert.deepEqual(standing(), { protocol: "sockchat", phase: "closed", text: "Soon." });
    phased(community, "closed", { text: "Now." });
    stand(community, { ...announced, text: "Soon." });
    assert.deepEqual(standing(), { protocol: "sockchat", phase: "closed", text: "Now." });
    stand(community, { ...announced, phase: "invited", text: "Soon." });
    assert.deepEqual(standing(), { protocol: "sockchat", phase: "invited", text: "Now." });
    assert.deepEqual(violations(community.state), []);
  });

  it("says a step at a date once, and one that is over as taken", () => {
    const { community } = house();
    const dateMs = community.nowMs + dayMs;
    const planned: DescribedPhase = { ...announced, next: { phase: "closed", dateMs } };
    stand(community, planned);
    assert.equal(phaseNow(community), "announced");
    assert.deepEqual(outcome(stand(community, planned)), []);
    community.nowMs = dateMs + 1;
    community.core({ type: "server.turn", protocol: "sockchat" });
    assert.equal(phaseNow(community), "closed");
    assert.deepEqual(outcome(stand(community, planned)), [], "it said that before");
    const late = new Community();
    late.nowMs = dateMs + 1;
    stand(late, planned);
    assert.equal(phaseNow(late), "closed");
  });
});

it("each step stands in the audit log, whoever took it", () => {
  const { community } = house();
  phased(community, "announced", { text: "Soon." });
  community.core({
    type: "server.stand",
    phases: [{ protocol: "sockchat", phase: "invited", text: "" }],
  });
  const entries = community.journal.flatMap(({ commit, at }) =>
    commit.events.flatMap((event) => auditOf(event, commit, { at }) ?? []),
  );
  const steps = entries.filter(({ act }) => act === "server.phased").map(({ json }) => json);
  assert.deepEqual(
    steps.map((json) => JSON.parse(json).details),
    [
      { phase: "announced", before: "open", text: "Soon.", by: "operator" },
      { phase: "invited", before: "announced", text: "Soon.", by: "configuration" },
    ],
  );
});
