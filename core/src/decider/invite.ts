/** Invites: made and revoked by operators, used up by those who register by them (`session/open.ts`). */
import type { CommandOf } from "@dragoman/bus-schema";
import { goodInvite } from "../state/invite.ts";
import type { Decision } from "./contract.ts";
import {
  accept,
  busy,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  type OperatorAsker,
  refuse,
} from "./row.ts";
import { namedRoles } from "./user.ts";

/** Invites of one community that are good at a time. */
const invitesMax = 1_000;

function create(
  { state, inputs, nowMs }: DecisionContext<OperatorAsker>,
  { inviteId, uses, lifetimeMs, roles, note }: CommandOf<"invite.create">,
): Decision {
  const digest = inputs.lookups.inviteDigest;
  if (digest === undefined) return busy;
  if (digest === null) return refuse({ code: "invalid", field: "code", why: "form" });
  const held = [...state.invites.values()];
  if (held.some(({ invite }) => invite.inviteId === inviteId || invite.digest === digest)) {
    return refuse({ code: "invalid", field: "invite", why: "there already" });
  }
  if (held.filter(({ invite }) => invite.expiresAtMs > nowMs).length >= invitesMax) {
    return refuse({ code: "limit_reached", what: "invites", max: invitesMax });
  }
  const roleIds = namedRoles(state, roles);
  if (!roleIds.ok) return roleIds;
  const expiresAtMs = nowMs + lifetimeMs;
  const createdAtMs = nowMs;
  return accept({
    type: "invite.created",
    invite: { inviteId, digest, uses, expiresAtMs, roleIds: roleIds.value, note, createdAtMs },
  });
}

function revoke(
  { state, nowMs }: DecisionContext<OperatorAsker>,
  { inviteId }: CommandOf<"invite.revoke">,
): Decision {
  return goodInvite(state, inviteId, nowMs) === undefined
    ? refuse({ code: "invalid", field: "invite", why: "not there" })
    : accept({ type: "invite.revoked", inviteId });
}

export const inviteCommands: CommandRows<"invite"> = {
  "invite.create": {
    by: "operator",
    needs: (_state, { code }) => [{ kind: "invite", code }],
    decide: create,
  },
  "invite.revoke": { by: "operator", decide: revoke },
};

export const inviteEvents: EventRows<"invite"> = {
  "invite.created": (state, { invite }) => {
    state.invites.set(invite.inviteId, { invite, used: 0 });
  },
  "invite.revoked": (state, { inviteId }) => {
    state.invites.delete(inviteId);
  },
};
