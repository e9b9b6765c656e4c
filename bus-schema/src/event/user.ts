import { z } from "zod";
import { User } from "../community.ts";
import { CredentialId, UserId } from "../id.ts";

export const userEvents = {
  /** An account was made. `credentialId` names the password hash; gateways pass over it. */
  "user.joined": z.object({
    type: z.literal("user.joined"),
    user: User,
    credentialId: CredentialId.exactOptional(),
  }),
  /** The account is gone. Its name and ids stay taken for ever; its messages keep the name. */
  "user.departed": z.object({
    type: z.literal("user.departed"),
    userId: UserId,
    byId: UserId.nullable(),
  }),
  /** Login tokens issued before are void: they carry a lower epoch than `epoch`. */
  "user.revoked": z.object({ type: z.literal("user.revoked"), userId: UserId, epoch: z.int() }),
} as const;
