/**
 * What a community consists of, whole, for an operator who takes it elsewhere (docs/decisions/export.md). Answered to the
 * operator alone: it holds password hashes, tokens of webhooks and everybody's words.
 */
import { z } from "zod";
import { Identity } from "../community.ts";
import { Message } from "../content.ts";
import { Attachment, Webhook } from "../file.ts";
import { AttachmentId, MessageId, PollId, UserId } from "../id.ts";
import { Place } from "../place.ts";
import { OptionId } from "../poll.ts";
import { exportPeopleMax } from "./bounds.ts";

/** Where a walk through records of a kind has come to: what the last answer said, absent at the beginning. */
const after = z.int().min(0).exactOptional();
const next = z.int().min(0).nullable();

export const exportQueries = {
  /** What the roster does not say of people: a page of everybody ever, in the order of `roster.people`, from the nth on. */
  "export.people": {
    ask: z.object({ type: z.literal("export.people"), from: z.int().min(0) }),
    answer: z.object({
      people: z.array(
        z.object({
          userId: UserId,
          identities: z.array(Identity).exactOptional(),
          /** The hash of the password, in whatever form it is kept. */
          passwordHash: z.string().exactOptional(),
          banned: z.object({ reason: z.string(), untilMs: z.int().nullable() }).exactOptional(),
        }),
      ),
    }),
  },
  /** Present messages of a place behind a number, oldest first, and how many it has; `next` null: there are no more. */
  "export.messages": {
    ask: z.object({ type: z.literal("export.messages"), place: Place, after }),
    answer: z.object({ messages: z.array(Message), total: z.int(), next }),
  },
  /** Who chose what in a poll, in the order of their first vote. */
  "export.votes": {
    ask: z.object({ type: z.literal("export.votes"), pollId: PollId, after }),
    answer: z.object({
      votes: z.array(z.object({ userId: UserId, optionIds: z.array(OptionId) })),
      next,
    }),
  },
  /** How far people have read, person by person; `number` is that of the message, which may be gone. */
  "export.marks": {
    ask: z.object({
      type: z.literal("export.marks"),
      userIds: z.array(UserId).max(exportPeopleMax),
    }),
    answer: z.object({
      marks: z.array(
        z.object({ userId: UserId, place: Place, messageId: MessageId, number: z.int() }),
      ),
    }),
  },
  /** Uploads that are not over, in the order of their coming. */
  "export.attachments": {
    ask: z.object({
      type: z.literal("export.attachments"),
      after: AttachmentId.exactOptional(),
    }),
    answer: z.object({ attachments: z.array(Attachment) }),
  },
  /** All webhooks, oldest first, with tokens that are good. */
  "export.webhooks": {
    ask: z.object({ type: z.literal("export.webhooks") }),
    answer: z.object({ webhooks: z.array(z.object({ webhook: Webhook, token: z.string() })) }),
  },
} as const;
