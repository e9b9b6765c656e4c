/** What an operator does about invites (`invite.ts`). */
import { z } from "zod";
import { InviteId } from "../id.ts";
import { inviteNoteMax, inviteSecondsMax, inviteUsesMax } from "../invite.ts";

export const inviteCommands = {
  /** The operator makes id and code; what of the code is kept is a keyed digest. `roles`: by name. */
  "invite.create": z.object({
    type: z.literal("invite.create"),
    inviteId: InviteId,
    code: z.string().min(1).max(100),
    uses: z.int().min(1).max(inviteUsesMax),
    lifetimeMs: z
      .int()
      .min(1)
      .max(inviteSecondsMax * 1_000),
    roles: z.array(z.string().max(100)).max(20),
    note: z.string().max(inviteNoteMax),
  }),
  "invite.revoke": z.object({ type: z.literal("invite.revoke"), inviteId: InviteId }),
} as const;
