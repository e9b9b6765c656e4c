/**
 * What travels on the bus around commands, events and queries. The rules behind each field are in
 * `docs/journal.md`, named here by section.
 */
import { z } from "zod";
import { Command } from "./command/index.ts";
import { Event } from "./event/index.ts";
import { AddressTag, CommandId, SessionId, UserId } from "./id.ts";
import { ProcessFacts } from "./level.ts";
import { Query } from "./query/index.ts";
import { Rejection } from "./rejection.ts";
import { OpeningTraits, Protocol } from "./session.ts";
import { ProcessTrace, tracedMax } from "./trace.ts";

/** Later than any clock says. */
export const noDeadlineMs = Number.MAX_SAFE_INTEGER;

/** Journal 3.1: one command. The actor is whom core knows behind `sessionId`, never a field. */
export const CommandEnvelope = z.object({
  v: z.literal(1),
  id: CommandId,
  sessionId: SessionId.exactOptional(),
  /** How long the asker still waits, as it is sent: a leader does not begin it later. Absent: an older version asks. */
  waitMs: z.int().min(0).exactOptional(),
  /** Journal 3.2: which try it is, but for those that certainly nobody heard. Absent: an older version asks. */
  tries: z.int().min(1).exactOptional(),
  /** Of an operator: the audit log is to have it. Of what operators furnish it has nothing. */
  logged: z.literal(true).exactOptional(),
  /** Read by older cores alone, which pass over what lies before their own time: `noDeadlineMs`. */
  deadlineMs: z.int().exactOptional(),
  body: Command,
});
export type CommandEnvelope = z.infer<typeof CommandEnvelope>;

/** Journal 3.2: the leader's answer. `seq` null: accepted, nothing changed. `grant`: what the command gives, by its type. */
export const CommandReply = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    term: z.int(),
    seq: z.int().nullable(),
    grant: z.unknown().optional(),
  }),
  z.object({ ok: z.literal(false), term: z.int(), rejection: Rejection }),
]);
export type CommandReply = z.infer<typeof CommandReply>;

export const Cause = z.object({
  commandId: CommandId,
  sessionId: SessionId.exactOptional(),
  userId: UserId.exactOptional(),
  protocol: Protocol.exactOptional(),
  actor: z.enum(["user", "operator", "timer", "gateway", "leader", "webhook"]),
  /** Journal 2.7: the acts that the person is charged with. */
  acts: z.int().min(1).max(100).exactOptional(),
  /** As in the command. */
  logged: z.literal(true).exactOptional(),
});
export type Cause = z.infer<typeof Cause>;

/** One command's events. */
export const Commit = z.object({ cause: Cause, events: z.array(Event).min(1) });
export type Commit = z.infer<typeof Commit>;

/**
 * Journal 1.1: one journal record, with the commits of some commands. `prev` is the id of the record before ("" for
 * the first), `at` the journal's time in epoch ms, never below the previous one (1.6). Its place is its stream sequence,
 * which is not stored inside. `clockMs`: what the leader's clock said, where that is another time.
 */
export const Batch = z.object({
  v: z.literal(2),
  id: z.string().min(1).max(64),
  term: z.int(),
  prev: z.string().max(64),
  at: z.int(),
  clockMs: z.int().exactOptional(),
  commits: z.array(Commit).min(1),
});
export type Batch = z.infer<typeof Batch>;

/** Journal 4.3: a question of a session (or of a gateway, without one). */
export const QueryEnvelope = z.object({
  v: z.literal(1),
  sessionId: SessionId.exactOptional(),
  atLeast: z.int(),
  body: Query,
});
export type QueryEnvelope = z.infer<typeof QueryEnvelope>;

/** Journal 4.3: the answer, covering the journal up to `through`. `body` is checked by the query's answer shape. */
export const QueryReply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), through: z.int(), body: z.unknown() }),
  z.object({ ok: z.literal(false), rejection: Rejection }),
]);
export type QueryReply = z.infer<typeof QueryReply>;

/**
 * Journal 4.1: a gateway's sign of life, every 200 ms. `applied` is the sequence that it has rendered, `digest` that of
 * the sessions that it has (4.6), which `sessions` names where the answer before asked for them.
 */
export const Heartbeat = z.object({
  v: z.literal(1),
  applied: z.int(),
  digest: z.string().max(64).exactOptional(),
  sessions: z.array(SessionId).exactOptional(),
  /** Absent: of an older version. */
  process: ProcessFacts.exactOptional(),
  /** What it remembers of the messages that the answer before asked for (`traced`). */
  traces: z
    .array(z.object({ number: z.int(), trace: ProcessTrace }))
    .max(tracedMax)
    .exactOptional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** Journal 1.6: what time it is for the leader, in epoch ms: the journal's time, and what its own clock says. */
export const LeaderTime = z.object({ nowMs: z.int(), clockMs: z.int() });
export type LeaderTime = z.infer<typeof LeaderTime>;

/**
 * Journal 4.1: the proof of completeness: what the journal ends with. Journal 4.6: `differs`: the gateway is to name its
 * sessions; `unknown`: those that it named and that do not exist. `time` absent: of an older version.
 */
export const HeartbeatReply = z.object({
  v: z.literal(1),
  term: z.int(),
  last: z.int(),
  lastId: z.string(),
  differs: z.literal(true).exactOptional(),
  unknown: z.array(SessionId).exactOptional(),
  /** Numbers of messages whose way an operator asks for: the next beat says what the gateway remembers of them. */
  traced: z.array(z.int()).max(tracedMax).exactOptional(),
  time: LeaderTime.exactOptional(),
  /** What the leader says of itself. */
  process: ProcessFacts.exactOptional(),
  /** For an operator: the processes that the leader has heard lately, none of itself. */
  peers: z
    .array(
      z.object({
        name: z.string(),
        process: ProcessFacts.exactOptional(),
        /** Of a gateway: the last record that it has applied. */
        applied: z.int().exactOptional(),
      }),
    )
    .exactOptional(),
});
export type HeartbeatReply = z.infer<typeof HeartbeatReply>;

/** Journal 3.4: who somebody claims to be. `address` is raw; it goes no further than core's secret key. */
export const AuthenticateRequest = z.object({
  v: z.literal(1),
  /** By what the session is to be opened, and what it will be like: both go into the ticket. */
  protocol: Protocol,
  traits: OpeningTraits,
  address: z.string().max(64),
  credentials: z.discriminatedUnion("scheme", [
    z.object({
      scheme: z.literal("password"),
      name: z.string().max(200),
      password: z.string().max(4096),
    }),
    z.object({
      scheme: z.literal("register"),
      name: z.string().max(200),
      password: z.string().max(4096),
    }),
    /** `number`: the user number that must be the token's owner's. */
    z.object({
      scheme: z.literal("token"),
      token: z.string().max(4096),
      number: z.int().exactOptional(),
    }),
    /** The fields of a site's form of log-in as they came: which provider they are for, core finds out. */
    z.object({
      scheme: z.literal("site"),
      fields: z.array(z.string().max(4096)).min(1).max(16),
    }),
    /** A validator of Rotur, for the connection that was given the key. */
    z.object({
      scheme: z.literal("rotur"),
      key: z.string().max(400),
      validator: z.string().max(4096).exactOptional(),
    }),
  ]),
});
export type AuthenticateRequest = z.infer<typeof AuthenticateRequest>;

/** Journal 3.4: a signed one-minute proof for `session.open`, or why not. */
export const AuthenticateReply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), ticket: z.string() }),
  z.object({ ok: z.literal(false), rejection: Rejection }),
]);
export type AuthenticateReply = z.infer<typeof AuthenticateReply>;

/**
 * Journal 3.4: core to leader, the budget of failed log-ins. `ask`: whether one may be tried; `failed`: it was wrong.
 * `isKnown`: the person was in from that address before.
 */
export const AttemptRequest = z.object({
  v: z.literal(1),
  step: z.enum(["ask", "failed"]),
  account: z.string().max(200),
  addressTag: AddressTag,
  isKnown: z.boolean(),
});
export type AttemptRequest = z.infer<typeof AttemptRequest>;

/** `waitMs`: after how long, from now; not allowed, after how long it may be asked again. */
export const AttemptReply = z.object({ allowed: z.boolean(), waitMs: z.int().min(0) });
export type AttemptReply = z.infer<typeof AttemptReply>;

/** Journal 2.4: standby to leader, whether it lives. An older version sends nothing at all. */
export const AliveRequest = z.object({
  v: z.literal(1),
  coreId: z.string().max(64),
  process: ProcessFacts,
});
export type AliveRequest = z.infer<typeof AliveRequest>;

/** Journal 2.4: leader to standby, that it lives. */
export const AliveReply = z.object({
  time: LeaderTime.exactOptional(),
  process: ProcessFacts.exactOptional(),
});
export type AliveReply = z.infer<typeof AliveReply>;

/** Core to leader, for `budget.state`: what is left of the pause that a burst of messages started; 0: none. */
export const CooldownRequest = z.object({ v: z.literal(1), userId: UserId });
export type CooldownRequest = z.infer<typeof CooldownRequest>;

export const CooldownReply = z.object({ cooldownMs: z.number().min(0) });
export type CooldownReply = z.infer<typeof CooldownReply>;
