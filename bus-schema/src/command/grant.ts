/**
 * What some commands give to whoever gave them, and to nobody else: it stands in the answer alone, for what gives power
 * has no place in the journal. A command, not a query: the leader has it checked like every other act of that session.
 */
import { z } from "zod";
import { Provider } from "../community.ts";

export const grantShapes = {
  /** A login of one's own for the other protocol (bridge table, token). */
  "user.token": z.object({ token: z.string(), expiresAtMs: z.int() }),
  /** A code for `link.join`, good once and not for long; and the identities that one's account has. */
  "link.code": z.object({
    code: z.string().max(100),
    expiresAtMs: z.int(),
    identities: z.array(z.object({ provider: Provider, name: z.string() })),
  }),
} as const;

export type GrantType = keyof typeof grantShapes;
/** What a command of that type gives. */
export type GrantOf<T extends GrantType> = z.infer<(typeof grantShapes)[T]>;
