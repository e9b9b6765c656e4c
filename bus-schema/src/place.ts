/** Where messages and sessions stand. */
import { z } from "zod";
import { ChannelId, ThreadId } from "./id.ts";

/** Where a message or a session stands. For a thread `channelId` is its parent. */
export const Place = z.object({ channelId: ChannelId, threadId: ThreadId.exactOptional() });
export type Place = z.infer<typeof Place>;

/** Whether two places are one: the same channel, and the same thread of it or none. */
export function samePlace(a: Place, b: Place): boolean {
  return a.channelId === b.channelId && a.threadId === b.threadId;
}
