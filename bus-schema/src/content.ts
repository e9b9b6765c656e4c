/** What people write, as they wrote it, with its markup named. Gateways render it; nothing here is escaped. */
import { z } from "zod";
import { ChannelId, MessageId, MessageNumber, ThreadId, UserId } from "./id.ts";

/** Code points that any text may have at most, whatever a community's own limit says. */
export const contentCodePointsMax = 10_000;

/** Text as its author wrote it. `markup` names the language that he wrote it in. */
export const Content = z.object({
  text: z.string().max(contentCodePointsMax * 2),
  markup: z.enum(["markdown", "bbcode"]),
});
export type Content = z.infer<typeof Content>;

/** Where a message stands. For a thread `channelId` is its parent. */
export const Place = z.object({ channelId: ChannelId, threadId: ThreadId.exactOptional() });
export type Place = z.infer<typeof Place>;

/** Who a line is by. `system` lines belong to no account and show under the given name. */
export const Author = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("user"), userId: UserId }),
  z.object({ kind: z.literal("system"), name: z.string().min(1).max(64) }),
]);
export type Author = z.infer<typeof Author>;

/** An embed as its author's client gave it, already validated by the gateway; at most 10 a message. */
export const Embed = z.record(z.string(), z.json());
export type Embed = z.infer<typeof Embed>;

/**
 * A message, whole. `createdAtUs` is microseconds since 1970, strictly rising over the community.
 * `interaction` marks the answer to a slash command and who called it.
 */
export const Message = z.object({
  messageId: MessageId,
  number: MessageNumber,
  place: Place,
  author: Author,
  kind: z.enum(["text", "action"]),
  content: Content,
  createdAtUs: z.int().min(0),
  editedAtUs: z.int().min(0).exactOptional(),
  replyTo: z.object({ messageId: MessageId, author: Author }).exactOptional(),
  ping: z.boolean().exactOptional(),
  embeds: z.array(Embed).max(10).exactOptional(),
  interaction: z.object({ command: z.string().max(64), userId: UserId }).exactOptional(),
});
export type Message = z.infer<typeof Message>;

/** Number of Unicode code points, the unit of every text limit. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
