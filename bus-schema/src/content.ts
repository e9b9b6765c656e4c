/** What people write, as they wrote it, with its markup named. Gateways render it; nothing here is escaped. */
import { z } from "zod";
import { MessageAttachment, WebhookAuthor } from "./file.ts";
import { MessageId, MessageNumber, UserId } from "./id.ts";
import { Place } from "./place.ts";
import { Poll } from "./poll.ts";

/** Code points that any text may have at most, whatever a community's own limit says. */
const contentCodePointsMax = 10_000;

/** People whom one text mentions at most; whoever mentions more reaches the first ones. */
export const mentionsMax = 100;

/**
 * Text as its author wrote it. `markup` names the language that he wrote it in. `mentions`: who is meant by names in it
 * behind an `@` that are no account's, as they were typed.
 */
export const Content = z.object({
  text: z.string().max(contentCodePointsMax * 2),
  markup: z.enum(["markdown", "bbcode"]),
  mentions: z
    .array(z.object({ typed: z.string().min(1).max(160), userId: UserId }))
    .max(mentionsMax)
    .exactOptional(),
});
export type Content = z.infer<typeof Content>;

/** Who a line is by. `system` lines belong to no account; each gateway has its own name for them. */
export const Author = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("user"), userId: UserId }),
  z.object({ kind: z.literal("system") }),
]);
export type Author = z.infer<typeof Author>;

/** An embed as its author's client gave it, already validated by the gateway; at most 10 a message. */
export const Embed = z.record(z.string(), z.json());
export type Embed = z.infer<typeof Embed>;

/** Code points of a message's words that stand for it elsewhere: above a reply, in a notice. */
export const excerptCodePointsMax = 120;
/** The first words of a message, on one line. */
const Excerpt = z.string().max(excerptCodePointsMax * 2);

/** One emoji on a message and who put it there, in the order of their coming. */
export const Reaction = z.object({
  emoji: z.string().min(1).max(400),
  userIds: z.array(UserId).min(1),
});
export type Reaction = z.infer<typeof Reaction>;

/**
 * A message, whole. `createdAtUs` is microseconds since 1970, strictly rising within its place.
 * `interaction` marks the answer to a slash command and who called it. `concernsId`: whose name, or whose words, stand in a
 * line by the server, which goes when that person is forgotten. `pinned` and `reactions` are absent
 * where there are none; in an event that is about something else they may be left out. `poll`: it carries a poll,
 * and no text.
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
  replyTo: z
    .object({ messageId: MessageId, author: Author, excerpt: Excerpt.exactOptional() })
    .exactOptional(),
  ping: z.boolean().exactOptional(),
  attachments: z.array(MessageAttachment).max(20).exactOptional(),
  embeds: z.array(Embed).max(10).exactOptional(),
  /** It came by a webhook; the author is the server then. */
  webhook: WebhookAuthor.exactOptional(),
  poll: Poll.exactOptional(),
  interaction: z.object({ command: z.string().max(64), userId: UserId }).exactOptional(),
  concernsId: UserId.exactOptional(),
  pinned: z.literal(true).exactOptional(),
  reactions: z.array(Reaction).exactOptional(),
});
export type Message = z.infer<typeof Message>;

/** What an event says of the message that it is about. `excerpt` is empty where the message has no text. */
export const About = z.object({
  messageId: MessageId,
  number: MessageNumber,
  place: Place,
  author: Author,
  excerpt: Excerpt,
});
export type About = z.infer<typeof About>;
