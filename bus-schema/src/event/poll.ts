import { z } from "zod";
import { MessageId, PollId, UserId } from "../id.ts";
import { Place } from "../place.ts";
import { OptionId, Poll } from "../poll.ts";

const which = { pollId: PollId, messageId: MessageId, place: Place };

/** A poll begins with the message that carries it and is gone with that message. `poll`: as it stands now. */
export const pollEvents = {
  "poll.voted": z.object({
    type: z.literal("poll.voted"),
    ...which,
    userId: UserId,
    optionIds: z.array(OptionId),
    poll: Poll,
  }),
  /** `byId` null: its time was over. `voters`: who chose each option, cut where there are very many. */
  "poll.ended": z.object({
    type: z.literal("poll.ended"),
    ...which,
    byId: UserId.nullable(),
    poll: Poll,
    voters: z.array(z.array(UserId)),
  }),
} as const;
