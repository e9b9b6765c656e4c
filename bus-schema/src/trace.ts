/** The way of a message through the processes: what each remembers of it, for an operator who asks. */
import { z } from "zod";

/** Messages that are asked for at once. */
export const tracedMax = 8;

/** The latest time that a date has (ECMA-262, 21.4.1.1): who says more lies, and none of it can be shown. */
const latestMs = 8.64e15;

/**
 * Something that happened to a message in a process. `atMs`: epoch ms by the leader's clock. `count`: how many tries were
 * sent, or to how many sessions it was delivered. The steps are `received`, `sent`, `taken`, `decided`, `stored`, `delivered`, `projected`.
 */
const TraceStep = z.object({
  step: z.string().max(32),
  atMs: z.number().min(0).max(latestMs),
  count: z.int().min(0).exactOptional(),
});
export type TraceStep = z.infer<typeof TraceStep>;

/** What one process remembers. `uncertaintyMs`: how far its times may be off the leader's. */
export const ProcessTrace = z.object({
  name: z.string().max(80),
  uncertaintyMs: z.number().min(0).exactOptional(),
  steps: z.array(TraceStep).max(16),
});
export type ProcessTrace = z.infer<typeof ProcessTrace>;

/** Core to leader, and leader to each other core: the way of the message of that number, whose record is `seq`. */
export const TraceRequest = z.object({ v: z.literal(1), number: z.int(), seq: z.int() });
export type TraceRequest = z.infer<typeof TraceRequest>;

/** `missing`: processes that are there and have not answered. */
export const TraceReply = z.object({
  processes: z.array(ProcessTrace).max(1_000),
  missing: z.array(z.string().max(80)).max(1_000),
});
export type TraceReply = z.infer<typeof TraceReply>;
