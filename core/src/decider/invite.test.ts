import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CredentialId, InviteId } from "@dragoman/bus-schema";
import { Community, eventOf } from "@dragoman/testing/community";
import { minuteMs } from "../state/shape.ts";
import { violations } from "../state/violations.ts";
import type { Decision } from "./index.ts";

const inviteId = "mine22" as InviteId;
const credentialId = "00000000-0000-4000-9000-000000000001" as CredentialId;
const hourMs = 3_600_000;

function invite(community: Community, more: { uses?: number; roles?: string[] } = {}): Decision {
  return community.operator({
    type: "invite.create",
    inviteId,
    code: "abcdefghjkmnpqr",
    uses: 1,
    lifetimeMs: hourMs,
    roles: [],
    note: "",
    ...more,
  });
}

function register(community: Community, name: string): Decision {
  const account = { kind: "new", name, credentialId, sealedHash: "", inviteId } as const;
  return community.open(name, "sockchat", { account }).decision;
}

const said = (decision: Decision): string =>
  decision.ok
    ? "accepted"
    : "why" in decision.rejection
      ? String(decision.rejection.why)
      : decision.rejection.code;

const over = "unknown, used up or run out";

describe("an invite", () => {
  it("lets as many register as it says, where nobody else may, and gives them its roles", () => {
    const community = new Community({ allowRegistration: false });
    assert.equal(said(invite(community, { uses: 2, roles: ["moderator"] })), "accepted");
    const first = register(community, "ada");
    const user = eventOf(first, "user.joined")?.user;
    const names = user?.roleIds.map((roleId) => community.state.roles.get(roleId)?.name);
    assert.deepEqual(names, ["moderator", "user"]);
    assert.equal(community.state.invites.get(inviteId)?.used, 1);
    assert.equal(said(register(community, "ben")), "accepted");
    assert.equal(said(register(community, "cleo")), over);
    assert.equal(community.state.invites.size, 0);
    assert.deepEqual(violations(community.state), []);
  });

  it("is good no more once its time is over, and is forgotten then", () => {
    const community = new Community({ allowRegistration: false });
    invite(community);
    community.nowMs += hourMs;
    assert.equal(said(register(community, "ada")), over);
    community.nowMs += minuteMs;
    community.person("ben");
    assert.equal(community.state.invites.size, 0);
  });

  it("is ended by the operator, once", () => {
    const community = new Community({ allowRegistration: false });
    invite(community);
    assert.equal(said(community.operator({ type: "invite.revoke", inviteId })), "accepted");
    assert.equal(said(register(community, "ada")), over);
    assert.equal(said(community.operator({ type: "invite.revoke", inviteId })), "not there");
  });

  it("is not used up by whoever may not have the name", () => {
    const community = new Community({ allowRegistration: false });
    community.person("ada");
    invite(community);
    assert.equal(said(register(community, "ada")), "taken");
    assert.equal(said(register(community, "ben")), "accepted");
  });

  it("does not count among the new accounts of an address", () => {
    const community = new Community({ limits: { registrationsPerAddress: 1 } });
    invite(community, { uses: 3 });
    for (const name of ["ada", "ben", "cleo"]) {
      assert.equal(said(register(community, name)), "accepted");
    }
    assert.deepEqual(community.state.registrations, []);
  });

  it("is made by an operator alone, under an id and a code that nobody has", () => {
    const community = new Community();
    community.person("olga", "owner");
    const body = { type: "invite.revoke", inviteId } as const;
    assert.equal(said(community.as(community.enter("olga", "sockchat"), body)), "not_permitted");
    assert.equal(said(invite(community)), "accepted");
    assert.equal(said(invite(community)), "there already");
    assert.equal(said(invite(new Community(), { roles: ["nobodys"] })), "not_found");
  });
});
