/** What an operator asks about invites. */
import { z } from "zod";
import { Invite } from "../invite.ts";

export const inviteQueries = {
  /** Those that are good still, the oldest first; answered to the operator alone. */
  "invite.list": {
    ask: z.object({ type: z.literal("invite.list") }),
    answer: z.object({
      invites: z.array(Invite.omit({ digest: true }).extend({ used: z.int() })),
    }),
  },
} as const;
