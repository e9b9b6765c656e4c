/** What an operator asks about signed-in connections: which there are. */
import { z } from "zod";
import { GatewayId, SessionId, UserId } from "../id.ts";
import { ClientKind, Protocol } from "../session.ts";

/** Sessions of one answer. */
export const sessionPageMax = 200;

/** Where a list of sessions goes on: behind this one. */
const SessionCursor = z.object({ openedMs: z.int(), sessionId: SessionId });

export const sessionQueries = {
  /**
   * Signed-in connections with their addresses, the oldest first: of one person (a name, number, nickname or id), or of
   * everybody; answered to the operator alone. `after`: as `next` of the answer before. `next`: where it goes on; null:
   * that was all. Who comes or goes between two answers may be missing.
   */
  "session.list": {
    ask: z.object({
      type: z.literal("session.list"),
      target: z.string().min(1).max(100).exactOptional(),
      after: SessionCursor.exactOptional(),
    }),
    answer: z.object({
      sessions: z
        .array(
          z.object({
            sessionId: SessionId,
            userId: UserId,
            name: z.string(),
            protocol: Protocol,
            gatewayId: GatewayId,
            /** Null: not known. */
            address: z.string().max(64).nullable(),
            /** By the journal's time; null: of a version that did not keep it. */
            openedMs: z.int().nullable(),
            /** What the client says that it is. */
            client: ClientKind.exactOptional(),
            /** The connection is lost, and may come back. */
            dropped: z.boolean(),
          }),
        )
        .max(sessionPageMax),
      next: SessionCursor.nullable(),
    }),
  },
} as const;
