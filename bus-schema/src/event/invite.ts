import { z } from "zod";
import { InviteId } from "../id.ts";
import { Invite } from "../invite.ts";

export const inviteEvents = {
  /** That it is used is said by `user.joined`, that its time is over by nothing: its own `expiresAtMs` does. */
  "invite.created": z.object({ type: z.literal("invite.created"), invite: Invite }),
  /** It is good for nothing from here on; who came by it stays. */
  "invite.revoked": z.object({ type: z.literal("invite.revoked"), inviteId: InviteId }),
} as const;
