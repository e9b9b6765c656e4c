/** Commands about accounts. `user.add` and a `user.depart` of others are the operator's. */
import { z } from "zod";
import { CredentialId } from "../id.ts";

export const userCommands = {
  /** Makes a local account whose password hash already lies in the secret bucket under `credentialId`. */
  "user.add": z.object({
    type: z.literal("user.add"),
    name: z.string().min(1).max(64),
    credentialId: CredentialId,
    roles: z.array(z.string().max(64)).max(20),
    demo: z.boolean(),
  }),
  "user.depart": z.object({ type: z.literal("user.depart"), target: z.string().min(1).max(100) }),
  /** Ends every login token issued to the person before (`/token revoke`). */
  "user.revoke": z.object({ type: z.literal("user.revoke") }),
} as const;
