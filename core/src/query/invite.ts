/** What an operator is told of invites: never a code, for nobody has it any more. */
import { operating, type Row } from "./row.ts";

export const inviteAnswers: { readonly "invite.list": Row<"invite.list"> } = {
  "invite.list": operating((_query, { replica, nowMs }) => {
    const invites = [...replica.state.invites.values()]
      .filter(({ invite }) => invite.expiresAtMs > nowMs)
      .map(({ invite: { digest: _, ...invite }, used }) => ({ ...invite, used }));
    return { ok: true, value: { through: replica.position.seq, answer: { invites } } };
  }),
};
