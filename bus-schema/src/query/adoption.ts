/** Who was there by which protocol (docs/migrating.md): for operators, and for whoever may manage the community. */
import { z } from "zod";
import { UserId } from "../id.ts";
import { Protocol } from "../session.ts";

/** Days that are told at once. */
export const adoptionDaysMax = 366;
/** People who are named at once. */
export const adoptionNamesMax = 500;

export const adoptionQueries = {
  /**
   * The last days, today among them (UTC). `day`: since the epoch. `alone`: who used no other protocol on that day; and by id
   * who used one alone in all these days, the latest first, as far as ids are kept. `clients`: sessions by what clients say
   * that they are.
   */
  "adoption.days": {
    ask: z.object({
      type: z.literal("adoption.days"),
      count: z.int().min(1).max(adoptionDaysMax),
    }),
    answer: z.object({
      days: z.array(
        z.object({
          day: z.int(),
          protocol: Protocol,
          people: z.int(),
          spoke: z.int(),
          alone: z.int(),
        }),
      ),
      clients: z.array(z.object({ protocol: Protocol, kind: z.string(), sessions: z.int() })),
      alone: z.array(z.object({ protocol: Protocol, userId: UserId, day: z.int() })),
    }),
  },
} as const;
