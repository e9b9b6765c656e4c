/** Commands about the threads of forum channels. */
import { z } from "zod";
import { ChannelId, ThreadId } from "../id.ts";
import { threadNameMax } from "../thread.ts";

const name = z.string().max(threadNameMax * 4);

export const threadCommands = {
  "thread.create": z.object({ type: z.literal("thread.create"), channelId: ChannelId, name }),
  /** `locked` counts for those who may manage threads only. */
  "thread.update": z.object({
    type: z.literal("thread.update"),
    threadId: ThreadId,
    name: name.exactOptional(),
    archived: z.boolean().exactOptional(),
    locked: z.boolean().exactOptional(),
  }),
  "thread.delete": z.object({ type: z.literal("thread.delete"), threadId: ThreadId }),
  "thread.join": z.object({ type: z.literal("thread.join"), threadId: ThreadId }),
  "thread.leave": z.object({ type: z.literal("thread.leave"), threadId: ThreadId }),
} as const;
