/**
 * The closed list of refusals. A rejection is a value, an ordinary answer: `code` says why, the other fields
 * hold what either protocol needs for its own wording. No text is composed here.
 */
import { z } from "zod";
import { Phase } from "./phase.ts";

const untilMs = z.int().nullable();
const what = z.enum([
  "user",
  "channel",
  "message",
  "role",
  "session",
  "ban",
  "command",
  "silence",
  "attachment",
  "emoji",
  "webhook",
  "reaction",
  "identity",
  "thread",
  "poll",
  "option",
]);

export const Rejection = z.discriminatedUnion("code", [
  /** Nobody is signed in on this session, or it has ended. */
  z.object({ code: z.literal("not_authenticated") }),
  /** The login failed. `unknown_user` and `wrong_password` are told apart: some clients are told which. */
  z.object({
    code: z.literal("bad_login"),
    why: z.enum([
      "unknown_user",
      "wrong_password",
      "not_local",
      "missing",
      "name_length",
      "password_length",
      "name_alphabet",
      "taken",
      "registration_disabled",
      "provider_disabled",
      "bad_token",
    ]),
  }),
  /** Kicked with a time, or banned. `untilMs` null is for ever. */
  z.object({
    code: z.literal("banned"),
    kind: z.enum(["kick", "ban"]),
    untilMs,
    reason: z.string(),
  }),
  z.object({ code: z.literal("limit_reached"), what: z.string(), max: z.int() }),
  z.object({ code: z.literal("silenced"), untilMs }),
  /**
   * The budgets of messages and acts, those of log-ins and registrations, or a packet limit. `cooldown` starts or runs
   * a pause, `minute`: so much of late that there is no room before the wait.
   */
  z.object({
    code: z.literal("rate_limited"),
    why: z.enum(["burst", "cooldown", "minute", "logins", "registrations", "packets", "passwords"]),
    waitMs: z.int().min(0),
  }),
  /** `need` is the right or list that is missing, `hidden` that the thing itself may not be seen. */
  z.object({ code: z.literal("not_permitted"), need: z.string(), hidden: z.boolean() }),
  z.object({ code: z.literal("rank_too_low"), given: z.string() }),
  z.object({ code: z.literal("self_target"), given: z.string() }),
  z.object({ code: z.literal("not_found"), what, given: z.string() }),
  z.object({ code: z.literal("already_exists"), what, given: z.string() }),
  z.object({ code: z.literal("invalid"), field: z.string(), why: z.string() }),
  z.object({ code: z.literal("too_long"), field: z.string(), max: z.int() }),
  z.object({ code: z.literal("wrong_password"), given: z.boolean() }),
  /** The thread takes no such thing: it is locked, or else archived. */
  z.object({ code: z.literal("locked"), archived: z.boolean() }),
  /** The poll is over: `expired` by its time, else by somebody. */
  z.object({ code: z.literal("ended"), expired: z.boolean() }),
  z.object({ code: z.literal("protected"), what: z.string() }),
  z.object({ code: z.literal("disabled"), feature: z.string() }),
  /** The community leaves this protocol, and has come so far (`phase.ts`). */
  z.object({ code: z.literal("leaving"), phase: Phase }),
  /** The intake is full, or an answer is not to be had in time: nothing happened, try again. */
  z.object({ code: z.literal("busy"), waitMs: z.int().min(0) }),
  /** The journal has halted at a record that cannot be applied: what is there can be read, nothing changes. */
  z.object({ code: z.literal("read_only") }),
  /** There is no room to store anything more: what is there can be read, and it goes on once there is room. */
  z.object({ code: z.literal("storage_full") }),
  /** Whether it happened is not known; the session is closed so that it comes back and sees. */
  z.object({ code: z.literal("unknown_outcome") }),
]);
export type Rejection = z.infer<typeof Rejection>;
export type RejectionCode = Rejection["code"];
/** A rejection of one code, for tables that must be complete. */
export type RejectionOf<C extends RejectionCode> = Extract<Rejection, { code: C }>;

/** A value, or why not. The form of every answer that a person can cause. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };
