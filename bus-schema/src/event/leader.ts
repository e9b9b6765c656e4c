/** The journal's own marks: nobody outside core and the gateways' plumbing sees them. */
import { z } from "zod";

export const leaderEvents = {
  /** A core took the lead. The stream sequence of the record that holds it is the term (docs/journal.md 2.6). */
  "leader.started": z.object({ type: z.literal("leader.started"), coreId: z.string().max(64) }),
} as const;
