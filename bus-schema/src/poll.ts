/** Polls: a message of one question with options to choose (OriginChats part 2, 13). */
import { z } from "zod";
import { PollId, UserId } from "./id.ts";

/** Limits in code points, and of the number of options. */
export const pollLimits = {
  question: 300,
  optionText: 100,
  optionId: 50,
  optionsMin: 2,
  optionsMax: 10,
} as const;

export const OptionId = z
  .string()
  .min(1)
  .max(pollLimits.optionId * 2);
export type OptionId = z.infer<typeof OptionId>;

/** One answer to choose, as its author gave it. */
export const PollOption = z.object({
  optionId: OptionId,
  text: z
    .string()
    .min(1)
    .max(pollLimits.optionText * 2),
  emoji: z.string().min(1).max(400).exactOptional(),
});
export type PollOption = z.infer<typeof PollOption>;

/**
 * A poll as it stands. `multi`: a person may choose several. `endsMs`: when it ends by itself, null never.
 * `ownIds` is what the asking person chose; only answers to a person have it.
 */
export const Poll = z.object({
  pollId: PollId,
  creatorId: UserId,
  createdAtUs: z.int().min(0),
  question: z
    .string()
    .min(1)
    .max(pollLimits.question * 2),
  options: z.array(PollOption.extend({ votes: z.int().min(0) })).max(pollLimits.optionsMax),
  multi: z.boolean(),
  endsMs: z.int().min(0).nullable(),
  endedAtUs: z.int().min(0).nullable(),
  ownIds: z.array(OptionId).exactOptional(),
});
export type Poll = z.infer<typeof Poll>;
