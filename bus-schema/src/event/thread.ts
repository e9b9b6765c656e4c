import { z } from "zod";
import { ChannelId, ThreadId, UserId } from "../id.ts";
import { Thread, ThreadState } from "../thread.ts";

const which = { threadId: ThreadId, channelId: ChannelId };

export const threadEvents = {
  "thread.created": z.object({ type: z.literal("thread.created"), thread: Thread }),
  "thread.updated": z.object({
    type: z.literal("thread.updated"),
    ...which,
    after: ThreadState,
    before: ThreadState,
  }),
  /** Its messages, polls and read marks are gone with it. */
  "thread.deleted": z.object({ type: z.literal("thread.deleted"), ...which, before: ThreadState }),
  "thread.joined": z.object({ type: z.literal("thread.joined"), ...which, userId: UserId }),
  "thread.left": z.object({ type: z.literal("thread.left"), ...which, userId: UserId }),
} as const;
