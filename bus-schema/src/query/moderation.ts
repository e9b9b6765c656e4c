/** Queries of those who keep order: what is spent, where people come from, and what was done to whom. */
import { z } from "zod";
import { UserId } from "../id.ts";
import { Protocol } from "../session.ts";

/**
 * One act in the audit log. `act` is the event that it yielded, or where several acts share one a word of its
 * own. `actorId` null: nobody signed in, such as an operator. `targetId` is the id of whom or what it was done
 * to, of a channel its name; `targetName` its name where the event says it. `details` are what else matters, by
 * act (`core/src/history/audit.ts`).
 */
export const AuditEntry = z.object({
  entry: z.int(),
  atMs: z.int(),
  act: z.string().max(64),
  actorId: UserId.nullable(),
  protocol: Protocol.exactOptional(),
  /** Who did it, where nobody signed in did. Absent: whoever `actorId` names, or an older entry. */
  by: z.literal("operator").exactOptional(),
  targetId: z.string().nullable(),
  targetName: z.string().nullable(),
  details: z.record(z.string(), z.json()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const moderationQueries = {
  /** A person's message budget. Right: one's own, else `manageServer`. `target` absent: one's own. */
  "budget.state": {
    ask: z.object({
      type: z.literal("budget.state"),
      target: z.string().min(1).max(100).exactOptional(),
    }),
    answer: z.object({
      /** Accepted posts and edits of the last minute and of the last 10 s. */
      minute: z.int(),
      burst: z.int(),
      minuteMax: z.int(),
      burstMax: z.int(),
      cooldownMs: z.int(),
    }),
  },
  /** The network addresses of a person's sessions, each once. Right: `seeAddresses`. */
  "user.addresses": {
    ask: z.object({ type: z.literal("user.addresses"), target: z.string().min(1).max(100) }),
    answer: z.object({ userId: UserId, addresses: z.array(z.string().max(64)) }),
  },
  /** The audit log, newest first, filtered by all that is given. `afterMs` is exclusive. Right: `viewAuditLog`. */
  "audit.entries": {
    ask: z.object({
      type: z.literal("audit.entries"),
      limit: z.int().min(1).max(200),
      offset: z.int().min(0),
      afterMs: z.number().exactOptional(),
      acts: z.array(z.string().max(64)).max(200).exactOptional(),
      actorId: z.string().max(64).exactOptional(),
      /** Only what operators did. A core of an older version passes it over. */
      byOperator: z.literal(true).exactOptional(),
      /** Any of these. */
      targetIds: z.array(z.string().max(100)).min(1).max(2).exactOptional(),
    }),
    answer: z.object({ entries: z.array(AuditEntry), total: z.int() }),
  },
  /** How often each act stands among the newest 10,000 entries, the newest act first. Right: `viewAuditLog`. */
  "audit.summary": {
    ask: z.object({ type: z.literal("audit.summary") }),
    answer: z.object({
      counts: z.array(z.object({ act: z.string().max(64), count: z.int() })),
      total: z.int(),
    }),
  },
} as const;
