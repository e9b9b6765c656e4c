import { z } from "zod";
import { Session } from "../community.ts";
import { AddressTag, ChannelId, SessionId, UserId } from "../id.ts";

export const sessionEvents = {
  /** A session was admitted. `addressTag` is where it comes from, for address bans. */
  "session.opened": z.object({
    type: z.literal("session.opened"),
    session: Session,
    addressTag: AddressTag,
  }),
  /**
   * A Sock Chat session went to another channel. `why` absent: by its own wish; `made`: into the channel that it
   * just made; `expelled`: it may not see the former one any longer; `deleted`: that one goes.
   */
  "session.moved": z.object({
    type: z.literal("session.moved"),
    sessionId: SessionId,
    userId: UserId,
    from: ChannelId,
    to: ChannelId,
    why: z.enum(["made", "expelled", "deleted"]).exactOptional(),
  }),
  /** The connection is lost; the session counts as present until `untilMs`, then it is closed. */
  "session.dropped": z.object({
    type: z.literal("session.dropped"),
    sessionId: SessionId,
    untilMs: z.int(),
  }),
  /** The session has ended. It is repeated whole, since rosters forget it at this event. */
  "session.closed": z.object({
    type: z.literal("session.closed"),
    session: Session,
    why: z.enum(["leave", "timeout", "kick", "ban", "flood", "resumed", "gateway", "depart"]),
  }),
} as const;
