/** Queries about the identities of one's account (bridge table, People: linking). */
import { z } from "zod";
import { Provider } from "../community.ts";

export const linkQueries = {
  /** A fresh code for `link.join`, good once and not for long; and the asker's identities as they are. */
  "link.code": {
    ask: z.object({ type: z.literal("link.code") }),
    answer: z.object({
      code: z.string().max(100),
      expiresAtMs: z.int(),
      identities: z.array(z.object({ provider: Provider, name: z.string() })),
    }),
  },
} as const;
