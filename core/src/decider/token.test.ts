import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { featureLevel, type SessionId, tokensMax } from "@dragoman/bus-schema";
import { Community, eventOf } from "@dragoman/testing/community";
import { goodTokens } from "../state/token.ts";
import { type Decision, grantAgain } from "./index.ts";

const dayMs = 24 * 3_600_000;

function peopled(level = featureLevel): { community: Community; session: SessionId } {
  const community = new Community();
  community.core({ type: "journal.level", level, version: "1.0.0" });
  community.person("ada");
  return { community, session: community.enter("ada", "originchats") };
}

const ask = (community: Community, session: SessionId): Decision =>
  community.as(session, { type: "user.token" });

/** The ids of the tokens that are good. */
function good(community: Community): readonly number[] {
  const person = community.state.people.get(community.userId("ada"));
  return person === undefined
    ? []
    : goodTokens(person, community.nowMs).map(({ tokenId }) => tokenId);
}

/** Comes in by a token. */
function shown(community: Community, tokenId: number): Decision {
  const account = { kind: "user", userId: community.userId("ada"), epoch: 0, tokenId } as const;
  return community.open("ada", "sockchat", { provider: "token", account }).decision;
}

const said = (decision: Decision): string =>
  decision.ok
    ? "accepted"
    : "why" in decision.rejection
      ? String(decision.rejection.why)
      : decision.rejection.code;

describe("a login token", () => {
  it("is known to the journal with its number, its protocol and its end, and so often as it is repeated", () => {
    const { community, session } = peopled();
    const command = community.command(session, { type: "user.token" });
    const decision = community.give(command);
    const { token } = eventOf(decision, "token.issued") ?? {};
    assert.equal(token?.protocol, "originchats");
    assert.equal(token?.tokenId, 1);
    assert.equal((token?.expiresAtMs ?? 0) - community.nowMs, 30 * dayMs);
    assert.ok(decision.ok);
    assert.deepEqual(grantAgain(community.state, command, community.state.seq), decision.grant);
    assert.equal(grantAgain(community.state, command, community.state.seq - 1), undefined);
  });

  it("is good until it is ended, alone, and its number is nobody's again", () => {
    const { community, session } = peopled();
    ask(community, session);
    ask(community, session);
    const revoke = { type: "user.revoke", target: "ada", tokenId: 2 } as const;
    assert.equal(said(community.operator(revoke)), "accepted");
    assert.equal(said(community.operator(revoke)), "not there");
    assert.deepEqual(good(community), [1]);
    assert.equal(said(shown(community, 2)), "bad_token");
    assert.equal(said(shown(community, 1)), "accepted");
    ask(community, session);
    assert.deepEqual(good(community), [1, 3]);
  });

  it("says on which day it was used last", () => {
    const { community, session } = peopled();
    ask(community, session);
    community.nowMs += 2 * dayMs;
    shown(community, 1);
    const [token] = community.state.people.get(community.userId("ada"))?.tokens?.held ?? [];
    assert.equal(token?.usedDay, Math.floor(community.nowMs / dayMs));
  });

  it("ends the oldest where there are too many, and is forgotten behind its time", () => {
    const { community, session } = peopled();
    for (let n = 0; n < tokensMax + 2; n += 1) ask(community, session);
    assert.deepEqual(
      good(community),
      Array.from({ length: tokensMax }, (_, n) => n + 3),
    );
    community.nowMs += 31 * dayMs;
    assert.deepEqual(good(community), []);
    ask(community, session);
    const { tokens } = community.state.people.get(community.userId("ada")) ?? {};
    assert.equal(tokens?.held.length, 1);
  });

  it("ends with all others by a revocation, a new password, and the end of the account", () => {
    for (const end of [
      { type: "user.revoke", target: "ada" },
      { type: "user.reset", target: "ada", credentialId: "00000000-0000-4000-9000-000000000002" },
      { type: "user.depart", target: "ada" },
    ] as Parameters<Community["operator"]>[0][]) {
      const { community, session } = peopled();
      ask(community, session);
      assert.equal(said(community.operator(end)), "accepted");
      assert.equal(community.state.people.get(community.userId("ada"))?.tokens, undefined);
    }
  });

  it("stands nowhere while a process is there that would not know it", () => {
    const { community, session } = peopled(1);
    const decision = ask(community, session);
    assert.ok(decision.ok && decision.grant !== undefined);
    assert.deepEqual(decision.events, []);
  });

  it("is not one's own to end alone, nor anybody else's", () => {
    const { community, session } = peopled();
    ask(community, session);
    const revoke = { type: "user.revoke", tokenId: 1 } as const;
    assert.equal(said(community.as(session, revoke)), "not_permitted");
  });
});
