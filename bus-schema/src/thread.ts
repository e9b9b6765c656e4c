/** Threads: the places inside a forum channel (OriginChats part 2, 1.4 and 12). */
import { z } from "zod";
import { ChannelId, ThreadId, UserId } from "./id.ts";

/** Code points that a thread's name may have: what the stock client's title box takes. */
export const threadNameMax = 100;

/**
 * A thread. Its rights are those of the forum `channelId`. `slug` is its name where a thread goes as a channel; an archived
 * thread is none. Participants are a list for show, in the order of their joining, the creator first.
 */
export const Thread = z.object({
  threadId: ThreadId,
  channelId: ChannelId,
  name: z
    .string()
    .min(1)
    .max(threadNameMax * 2),
  slug: z.string().regex(/^[A-Za-z0-9_-]{1,30}$/),
  creatorId: UserId,
  createdAtUs: z.int().min(0),
  locked: z.boolean(),
  archived: z.boolean(),
  participantIds: z.array(UserId),
});
export type Thread = z.infer<typeof Thread>;

/** What of a thread may change. */
export const ThreadState = Thread.pick({ name: true, slug: true, locked: true, archived: true });
export type ThreadState = z.infer<typeof ThreadState>;
