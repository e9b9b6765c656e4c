/** What an operator does about the journal itself. */
import { z } from "zod";

export const journalCommands = {
  /** Has the record passed over at which the journal has halted (docs/journal.md 1.5). */
  "journal.skip": z.object({
    type: z.literal("journal.skip"),
    seq: z.int().min(1),
    why: z.string().min(1).max(1000),
  }),
} as const;
