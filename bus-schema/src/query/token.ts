/** What an operator asks about login tokens. */
import { z } from "zod";
import { UserId } from "../id.ts";
import { LoginToken, tokensMax } from "../token.ts";

/** People that one answer looks through. */
export const tokenPageMax = 2_000;

export const tokenQueries = {
  /**
   * Tokens that are good still, by their people: of one (a name, number, nickname or id), or of everybody from the nth
   * account on; answered to the operator alone. `next`: where it goes on; null: that was all. `usedDay`: when one was used
   * last, in days since the epoch (UTC).
   */
  "token.list": {
    ask: z.object({
      type: z.literal("token.list"),
      target: z.string().min(1).max(100).exactOptional(),
      from: z.int().min(0).exactOptional(),
    }),
    answer: z.object({
      people: z.array(
        z.object({
          userId: UserId,
          name: z.string(),
          tokens: z.array(LoginToken.extend({ usedDay: z.int().exactOptional() })).max(tokensMax),
        }),
      ),
      next: z.int().nullable(),
    }),
  },
} as const;
