import { z } from "zod";
import { AddressTag, UserId } from "../id.ts";

const out = {
  userId: UserId,
  /** Null: nobody's act, such as the pause after a flood. */
  byId: UserId.nullable(),
  reason: z.string().max(500),
};

export const moderationEvents = {
  /** Every session of the person ends (`session.closed` follow). `untilMs` null: they may return at once. */
  "moderation.kicked": z.object({
    type: z.literal("moderation.kicked"),
    ...out,
    why: z.enum(["kick", "flood"]),
    untilMs: z.int().nullable(),
  }),
  /** `untilMs` null: for ever. `addressTags`: log-ins from there are refused as well. */
  "moderation.banned": z.object({
    type: z.literal("moderation.banned"),
    ...out,
    untilMs: z.int().nullable(),
    addressTags: z.array(AddressTag).max(100),
  }),
  /** `byId` null: it ran out. */
  "moderation.unbanned": z.object({
    type: z.literal("moderation.unbanned"),
    userId: UserId,
    byId: UserId.nullable(),
  }),
  /** `untilMs` and `lengthMs` null: for ever. A silence takes the place of one before. */
  "moderation.silenced": z.object({
    type: z.literal("moderation.silenced"),
    ...out,
    untilMs: z.int().nullable(),
    lengthMs: z.int().nullable(),
  }),
  /** `byId` null: it ran out. */
  "moderation.unsilenced": z.object({
    type: z.literal("moderation.unsilenced"),
    userId: UserId,
    byId: UserId.nullable(),
  }),
  /** The person's message budget is whole again. `byId` null: an operator. */
  "moderation.refilled": z.object({
    type: z.literal("moderation.refilled"),
    userId: UserId,
    byId: UserId.nullable(),
  }),
} as const;
