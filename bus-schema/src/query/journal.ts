/** A look at the journal itself. */
import { z } from "zod";

export const journalQueries = {
  /**
   * The record at `seq` as it is stored; the text is cut at 256 KiB. `why`: the reason for which it cannot be
   * applied, null where it can. `text` null: there is none. Needs no session: whoever may ask may read the journal.
   */
  "journal.record": {
    ask: z.object({ type: z.literal("journal.record"), seq: z.int().min(1) }),
    answer: z.object({
      storedAt: z.string().nullable(),
      text: z.string().nullable(),
      why: z.string().nullable(),
    }),
  },
} as const;
