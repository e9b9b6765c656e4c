import { z } from "zod";
import { UserId } from "../id.ts";
import { LoginToken, tokensMax } from "../token.ts";

export const tokenEvents = {
  /** A person was given a login token. `ended`: those of the same person that are good no more for it. */
  "token.issued": z.object({
    type: z.literal("token.issued"),
    userId: UserId,
    token: LoginToken,
    ended: z.array(LoginToken.shape.tokenId).max(tokensMax),
  }),
  /** One of a person's tokens is good no more; `user.revoked` ends all. */
  "token.ended": z.object({
    type: z.literal("token.ended"),
    userId: UserId,
    tokenId: LoginToken.shape.tokenId,
  }),
} as const;
