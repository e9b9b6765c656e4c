/** A person as rosters hold one. */
import { z } from "zod";
import { User } from "../community.ts";
import { formerNamesMax } from "../former.ts";
import { UserId } from "../id.ts";

/**
 * A person in the roster. `departed`: the account is gone; with `mergedInto`: for its owner is that other account.
 * `banned`: hidden from lists.
 */
export const RosterUser = User.extend({
  departed: z.boolean(),
  banned: z.boolean(),
  mergedInto: UserId.exactOptional(),
  formerNames: z.array(z.string().max(64)).max(formerNamesMax).readonly().exactOptional(),
  /** End of the last silence: null is for ever; absent, or past, means that there is none. */
  silencedUntilMs: z.int().nullable().exactOptional(),
});
export type RosterUser = z.infer<typeof RosterUser>;
