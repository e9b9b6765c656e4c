import { z } from "zod";
import { AddressTag, ChannelId, SessionId, UserId } from "../id.ts";
import { Place } from "../place.ts";
import { ClientKind, Session } from "../session.ts";

/** Channels at most whose whispers a person is told of on coming back. */
export const missedMax = 20;

export const sessionEvents = {
  /**
   * A session was admitted. `addressTag` is where it comes from, for address bans. `since`: the person is back,
   * and was sent all messages of the place up to that number. `missed`: whispers above that number came to these
   * channels while no session of the person was there.
   */
  "session.opened": z.object({
    type: z.literal("session.opened"),
    session: Session,
    addressTag: AddressTag,
    since: z.int().min(0).exactOptional(),
    /** What its client says that it is. */
    client: ClientKind.exactOptional(),
    /** The login token that was shown (`token.issued`). */
    tokenId: z.int().min(1).exactOptional(),
    missed: z
      .object({ above: z.int().min(0), channelIds: z.array(ChannelId).max(missedMax) })
      .exactOptional(),
  }),
  /**
   * A session that stands in one place went to another. `why` absent: by its own wish; `made`: into the channel
   * that it just made; `expelled`: it may not see the former place any longer; `deleted`: that one goes.
   */
  "session.moved": z.object({
    type: z.literal("session.moved"),
    sessionId: SessionId,
    userId: UserId,
    from: Place,
    to: Place,
    why: z.enum(["made", "expelled", "deleted"]).exactOptional(),
  }),
  /** The connection is lost; the session counts as present until `untilMs`, then it is closed. */
  "session.dropped": z.object({
    type: z.literal("session.dropped"),
    sessionId: SessionId,
    untilMs: z.int(),
    seen: z.int().min(0).exactOptional(),
  }),
  /** The session has ended. It is repeated whole, since rosters forget it at this event. */
  "session.closed": z.object({
    type: z.literal("session.closed"),
    session: Session,
    why: z.enum([
      "leave",
      "timeout",
      "kick",
      "ban",
      "flood",
      "resumed",
      "gateway",
      "depart",
      "merged",
      "password",
      // Never before a `server.phased`.
      "phase",
    ]),
    seen: z.int().min(0).exactOptional(),
  }),
} as const;
