/**
 * Commands of an operator who has a community move in (docs/decisions/import.md). Each is accepted without an event
 * where what it brings is there already, by its id.
 */
import { z } from "zod";
import { Channel } from "../community.ts";
import { Content } from "../content.ts";
import { Attachment, Emoji, Webhook } from "../file.ts";
import { ChannelId, MessageId, UserId } from "../id.ts";
import {
  ImportedMessage,
  ImportedPerson,
  ImportedRole,
  ImportedThread,
  ImportProgress,
} from "../import.ts";
import { Place } from "../place.ts";
import { pushSubscription } from "./push.ts";

export const importCommands = {
  /**
   * Messages of a part of a source, in their order, whose cursor was `from` (null: none) and is `progress.cursor` with
   * them; refused where it is another by now. Without messages the cursor alone is stored.
   */
  "import.messages": z.object({
    type: z.literal("import.messages"),
    progress: ImportProgress,
    from: z.string().max(300).nullable(),
    messages: z.array(ImportedMessage).max(2_000),
  }),
  /** A message of a place that was changed there since it was brought: its words, or without any that it is gone. */
  "import.revise": z.object({
    type: z.literal("import.revise"),
    place: Place,
    messageId: MessageId,
    changed: z.object({ content: Content, editedAtUs: z.int().min(0) }).exactOptional(),
  }),
  /** Who had read up to where; a mark that is further here stays. */
  "import.marks": z.object({
    type: z.literal("import.marks"),
    marks: z.array(z.object({ userId: UserId, place: Place, messageId: MessageId })).max(1_000),
  }),
  /** Refused as `already_exists` with the account's id where one of the identities is another account's. */
  "import.person": z.object({ type: z.literal("import.person"), person: ImportedPerson }),
  /** The account becomes part of another, as by `link.join`: the operator says that both are the same person's. */
  "import.merge": z.object({ type: z.literal("import.merge"), fromId: UserId, intoId: UserId }),
  /**
   * Somebody could not speak there until `untilMs` (epoch ms of people's clocks; null: for ever), and cannot here. Brought
   * once: where its progress stands at the cursor already, nothing changes, so that who may speak again here goes on.
   */
  "import.silence": z.object({
    type: z.literal("import.silence"),
    userId: UserId,
    untilMs: z.int().nullable(),
    progress: ImportProgress,
  }),
  /**
   * Where somebody was notified there, by keys of which this is the private half (base64url): those become the house's own as
   * long as it has no subscription. Key, endpoint and secrets go into core's secret bucket, never into the journal. Brought once.
   */
  "import.push": z.object({
    type: z.literal("import.push"),
    privateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    userId: UserId,
    subscription: pushSubscription,
    progress: ImportProgress,
  }),
  /**
   * Roles in their order, the highest first. Which of the house's become as they were, and what comes of the others, says
   * docs/decisions/import.md; whose name is taken gets another.
   */
  "import.roles": z.object({
    type: z.literal("import.roles"),
    roles: z.array(ImportedRole).min(1).max(500),
  }),
  "import.channel": z.object({
    type: z.literal("import.channel"),
    channel: Channel.omit({ slug: true }),
    /**
     * A channel of the house that becomes as this one was, by the progress that says so; refused as `already_exists` where
     * anything was said in it, or it is somebody's.
     */
    joins: z.object({ channelId: ChannelId, progress: ImportProgress }).exactOptional(),
  }),
  "import.thread": z.object({ type: z.literal("import.thread"), thread: ImportedThread }),
  "import.attachment": z.object({ type: z.literal("import.attachment"), attachment: Attachment }),
  "import.emoji": z.object({ type: z.literal("import.emoji"), emoji: Emoji }),
  "import.webhook": z.object({ type: z.literal("import.webhook"), webhook: Webhook }),
} as const;
