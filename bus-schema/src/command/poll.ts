/** Commands about polls. */
import { z } from "zod";
import { Place } from "../place.ts";
import { PollOption, pollLimits } from "../poll.ts";

/** A poll's id, or that of its message. */
const poll = z.string().min(1).max(64);

export const pollCommands = {
  "poll.create": z.object({
    type: z.literal("poll.create"),
    place: Place,
    question: z.string().max(pollLimits.question * 4),
    options: z.array(PollOption).max(pollLimits.optionsMax),
    multi: z.boolean(),
    endsMs: z.int().min(0).nullable(),
  }),
  /**
   * Chooses exactly these options, by id or by number from 1; where only one may be chosen the last of them
   * counts. `poll` as a place: the newest open poll there.
   */
  "poll.vote": z.object({
    type: z.literal("poll.vote"),
    poll: z.union([poll, Place]),
    options: z
      .array(z.union([z.string().max(200), z.int()]))
      .min(1)
      .max(100),
  }),
  "poll.end": z.object({ type: z.literal("poll.end"), poll }),
} as const;
