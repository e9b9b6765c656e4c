/** What an operator asks about one person: more than anybody else is told. */
import { z } from "zod";
import { Identity } from "../community.ts";
import { GatewayId, SessionId, UserId, UserNumber } from "../id.ts";
import { Protocol } from "../session.ts";
import { RosterUser } from "./roster-user.ts";

export const userQueries = {
  /** A person by name, id, number or nickname, whoever it is; answered to the operator alone. */
  "user.record": {
    ask: z.object({ type: z.literal("user.record"), target: z.string().min(1).max(100) }),
    answer: z.object({
      user: RosterUser,
      /** Whether there is a password of our own. */
      hasPassword: z.boolean(),
      /** How often all tokens were ended. */
      epoch: z.int(),
      identities: z.array(Identity),
      /** Ends are null for ever. */
      ban: z
        .object({ kind: z.enum(["kick", "ban"]), untilMs: z.int().nullable(), reason: z.string() })
        .nullable(),
      silence: z.object({ untilMs: z.int().nullable() }).nullable(),
      sessions: z.array(
        z.object({
          sessionId: SessionId,
          protocol: Protocol,
          gatewayId: GatewayId,
          /** The connection is lost, and may come back. */
          dropped: z.boolean(),
        }),
      ),
      /** Network addresses of the sessions, each once. */
      addresses: z.array(z.string().max(64)),
    }),
  },
  /** Who is being forgotten, and whether the stores still hold something of whom was; answered to the operator alone. */
  "user.erasures": {
    ask: z.object({ type: z.literal("user.erasures") }),
    answer: z.object({
      /** Whose words are taken away. `ended`: messages so far; all that is left stands below the number `left`. */
      people: z.array(
        z.object({
          userId: UserId,
          number: UserNumber,
          ended: z.int(),
          left: z.int(),
          of: z.int(),
        }),
      ),
      /** The journal, older snapshots or the secrets may still hold something. */
      stored: z.boolean(),
    }),
  },
} as const;
