import { z } from "zod";
import { Message } from "../content.ts";
import { SessionId, UserId } from "../id.ts";
import { SlashCall, SlashSet } from "../slash.ts";

export const slashEvents = {
  /** The session's commands, whole. */
  "slash.registered": z.object({ type: z.literal("slash.registered"), ...SlashSet.shape }),
  /** Names that the session has no longer. */
  "slash.removed": z.object({
    type: z.literal("slash.removed"),
    sessionId: SessionId,
    names: z.array(z.string().max(32)),
  }),
  "slash.called": z.object({ type: z.literal("slash.called"), ...SlashCall.shape }),
  /** An answer for the caller's eyes, kept nowhere. */
  "slash.answered": z.object({
    type: z.literal("slash.answered"),
    callId: z.string().max(64),
    invokerId: UserId,
    message: Message,
  }),
} as const;
