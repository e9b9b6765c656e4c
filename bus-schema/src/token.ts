/** Login tokens as the journal knows them: that there is one, and nothing of which one could be made. */
import { z } from "zod";
import { Protocol } from "./session.ts";

/** Tokens of one person that are good at a time; the next one ends the oldest. */
export const tokensMax = 10;

/** `tokenId`: among the person's own, counted up from 1. `protocol`: where it was asked for. Times are the journal's. */
export const LoginToken = z.object({
  tokenId: z.int().min(1),
  protocol: Protocol,
  issuedAtMs: z.int(),
  expiresAtMs: z.int(),
});
export type LoginToken = z.infer<typeof LoginToken>;
