import { z } from "zod";
import { Identity, Provider } from "../community.ts";
import { UserId } from "../id.ts";

export const linkEvents = {
  /**
   * The account has this identity, or what its provider says of it is new. `color` is the account's own from
   * now on.
   */
  "link.joined": z.object({
    type: z.literal("link.joined"),
    userId: UserId,
    identity: Identity,
    color: z.string().max(32).nullable(),
  }),
  /** The account's identity is gone. `color` is the account's own from now on. */
  "link.removed": z.object({
    type: z.literal("link.removed"),
    userId: UserId,
    provider: Provider,
    id: z.string().min(1).max(200),
    color: z.string().max(32).nullable(),
  }),
} as const;
