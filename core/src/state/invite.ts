/** What the state knows of invites: which are good, and how often they were used. */
import type { InviteId, RejectionOf, Result, RoleId } from "@dragoman/bus-schema";
import type { HeldInvite, Reading, State } from "./shape.ts";

/** Nobody is told which of these it is: whoever guesses learns nothing. */
export const unknownInvite: RejectionOf<"invalid"> = {
  code: "invalid",
  field: "invite",
  why: "unknown, used up or run out",
};

/** The invite, if it is good at `nowMs` (the journal's time). */
export function goodInvite(
  state: Reading<State>,
  inviteId: InviteId,
  nowMs: number,
): HeldInvite | undefined {
  const held = state.invites.get(inviteId);
  return held === undefined || held.invite.expiresAtMs <= nowMs ? undefined : held;
}

/** What an invite gives whoever registers by it: those of its roles that are still there. */
export function rolesByInvite(
  state: Reading<State>,
  inviteId: InviteId,
  nowMs: number,
): Result<readonly RoleId[]> {
  const held = goodInvite(state, inviteId, nowMs);
  if (held === undefined) return { ok: false, rejection: unknownInvite };
  return { ok: true, value: held.invite.roleIds.filter((roleId) => state.roles.has(roleId)) };
}

/** Counts that somebody registered by an invite. The last use ends it. */
export function useInvite(state: State, inviteId: InviteId): void {
  const held = state.invites.get(inviteId);
  if (held === undefined) return;
  const used = held.used + 1;
  if (used < held.invite.uses) state.invites.set(inviteId, { ...held, used });
  else state.invites.delete(inviteId);
}
