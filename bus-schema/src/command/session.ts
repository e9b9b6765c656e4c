/** Commands about signed-in connections. A gateway sends them for its own sessions alone. */
import { z } from "zod";
import { KeyTag } from "../id.ts";
import { ClientKind, Protocol } from "../session.ts";

export const sessionCommands = {
  /**
   * Admits a new session by the signed one-minute ticket of `authenticate`. The envelope's `sessionId` names
   * the session to be. One that stands in one place is put into the default channel, or the first that it sees.
   */
  "session.open": z.object({
    type: z.literal("session.open"),
    ticket: z.string().max(4096),
    protocol: Protocol,
    keyTag: KeyTag.exactOptional(),
    client: ClientKind.exactOptional(),
  }),
  /**
   * Moves a session that stands in one place into a channel; one that is everywhere is admitted by it to a channel
   * with a password. `channel` is a channel id or a typed name.
   */
  "session.move": z.object({
    type: z.literal("session.move"),
    channel: z.string().max(100),
    password: z.string().max(1000).exactOptional(),
  }),
  /**
   * The connection has ended. `lost`: the person may be back at once, a grace window hides it. `seen` is the
   * number of the newest message (of the community) that the connection had been sent all up to.
   */
  "session.close": z.object({
    type: z.literal("session.close"),
    why: z.enum(["leave", "timeout", "lost"]),
    seen: z.int().min(0).exactOptional(),
  }),
  /** The connection broke its protocol's packet limit. What that brings is the session's trait `flood`. */
  "session.flood": z.object({ type: z.literal("session.flood") }),
} as const;
