/** What an operator had done about the journal itself. */
import { z } from "zod";

/** Bytes of one filling, so that its commit stays one. */
export const filledBytesMax = 60_000;

export const journalEvents = {
  /** The record at `seq` is passed over; the record behind it follows `id` (docs/journal.md 1.5). */
  "journal.skipped": z.object({
    type: z.literal("journal.skipped"),
    seq: z.int().min(1),
    id: z.string().min(1).max(64),
    why: z.string().max(1000),
  }),
  /**
   * From here on the journal may hold what came with `level`, which every process knew when this was written
   * (docs/journal.md 1.7); `version` wrote it.
   */
  "journal.levelled": z.object({
    type: z.literal("journal.levelled"),
    level: z.int().min(1),
    version: z.string().max(64),
  }),
  /** Nothing but bytes: what the store wrote before stands in other blocks of its files then, which go whole. */
  "journal.filled": z.object({
    type: z.literal("journal.filled"),
    bytes: z.string().max(filledBytesMax),
  }),
} as const;
