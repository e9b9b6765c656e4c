/** What an operator asks about the way of one message; none of its words. */
import { z } from "zod";
import { CommandId, MessageId, UserId } from "../id.ts";
import { Place } from "../place.ts";
import { Protocol } from "../session.ts";
import { ProcessTrace } from "../trace.ts";

export const traceQueries = {
  /**
   * Where a message stands in the journal: `ref` is its id, or its number. Answered to the operator alone.
   * `message` null: nobody knows of such a one. `record` null: the journal does not hold it. Of a whisper neither place nor
   * person is told.
   */
  "trace.record": {
    ask: z.object({ type: z.literal("trace.record"), ref: z.string().min(1).max(64) }),
    answer: z.object({
      message: z
        .object({ messageId: MessageId, number: z.int(), place: Place.nullable() })
        .nullable(),
      record: z
        .object({
          seq: z.int(),
          /** By the leader's clock. */
          atMs: z.int(),
          term: z.int(),
          commandId: CommandId,
          actor: z.string().max(32),
          protocol: Protocol.exactOptional(),
          userId: UserId.exactOptional(),
        })
        .nullable(),
    }),
  },
  /** What each process remembers of it; answered to the operator alone. `isLed`: a leader has asked all others. */
  "trace.steps": {
    ask: z.object({ type: z.literal("trace.steps"), number: z.int(), seq: z.int() }),
    answer: z.object({
      processes: z.array(ProcessTrace),
      missing: z.array(z.string()),
      isLed: z.boolean(),
    }),
  },
} as const;
