/** Reads about polls. */
import { z } from "zod";
import { MessageId, UserId } from "../id.ts";
import { Place } from "../place.ts";
import { Poll } from "../poll.ts";

export const pollQueries = {
  /**
   * A poll by its id or its message's, in the asking person's eyes. `voters`: who chose each option, once it
   * has ended; before, nobody is named.
   */
  "poll.state": {
    ask: z.object({ type: z.literal("poll.state"), poll: z.string().min(1).max(64) }),
    answer: z.object({
      poll: Poll,
      messageId: MessageId,
      place: Place,
      voters: z.array(z.array(UserId)),
    }),
  },
} as const;
