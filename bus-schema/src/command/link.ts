/** Commands about the identities of one's account (bridge table, People: linking). */
import { z } from "zod";
import { Provider } from "../community.ts";

export const linkCommands = {
  /** Gives a code for `link.join` (`grant.ts`); the one before is void. */
  "link.code": z.object({ type: z.literal("link.code") }),
  /** Makes the asker's account one with the account that the code was given to. The latter remains. */
  "link.join": z.object({ type: z.literal("link.join"), code: z.string().min(1).max(100) }),
  /** Takes the account's identities of a provider away. */
  "link.remove": z.object({ type: z.literal("link.remove"), provider: Provider }),
} as const;
