/** Commands that put people out or silence them, and undo it. Targets are typed names, ids or user numbers. */
import { z } from "zod";
import { Place } from "../place.ts";

const target = z.string().min(1).max(100);
const reason = z.string().max(500).exactOptional();
/** Absent: a kick without a time, a ban or a silence for ever. */
const seconds = z
  .number()
  .positive()
  .max(10 ** 10)
  .exactOptional();
/** The answer of a slash command: a message in the same commit (OriginChats part 3, 7.4). */
const said = z
  .object({ place: Place, command: z.string().max(64), text: z.string().max(2000) })
  .exactOptional();

export const moderationCommands = {
  "moderation.kick": z.object({
    type: z.literal("moderation.kick"),
    target,
    seconds,
    reason,
    said,
  }),
  /** `addresses`: also refuse log-ins from the addresses of the person's sessions. */
  "moderation.ban": z.object({
    type: z.literal("moderation.ban"),
    target,
    seconds,
    reason,
    addresses: z.boolean(),
    said,
  }),
  /** `by` address: lifts every ban that bars the address `target`; its IPv4 octets may be `*`. */
  "moderation.unban": z.object({
    type: z.literal("moderation.unban"),
    target,
    by: z.literal("address").exactOptional(),
    said,
  }),
  /** Nobody hears the person until it ends. `replace`: also one who is silenced already. */
  "moderation.silence": z.object({
    type: z.literal("moderation.silence"),
    target,
    seconds,
    reason,
    replace: z.boolean(),
    said,
  }),
  "moderation.unsilence": z.object({ type: z.literal("moderation.unsilence"), target, said }),
  /** Forgets what the person has spent of the message budget, its pause, and a silence. */
  "moderation.refill": z.object({ type: z.literal("moderation.refill"), target }),
} as const;
