/**
 * Questions to whichever core has caught up: queries at a place in the journal (docs/journal.md 4.3) and proofs of
 * identity (3.4). Every question has a time limit, after which the answer is `busy`.
 */
import { setTimeout as pause } from "node:timers/promises";
import {
  type AnswerOf,
  AuthenticateReply,
  AuthenticateRequest,
  type CommunityId,
  decode,
  encode,
  type GatewayId,
  type Query,
  QueryReply,
  type QueryType,
  queryShapes,
  type Result,
  type SessionId,
  subject,
} from "@dragoman/bus-schema";
import type { Bus, Logger } from "@dragoman/service-kit";
import { busErrorOf } from "./bus-error.ts";
import { busy } from "./busy.ts";

/** An answer and the journal sequence that it covers. */
export interface Answer<T extends QueryType> {
  readonly through: number;
  readonly answer: AnswerOf<T>;
}

export interface QueryPortOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly gatewayId: GatewayId;
  readonly logger: Logger;
  readonly queryMs: number;
  readonly authenticateMs: number;
  /** A question that no core has taken by then is asked again. */
  readonly takenMs: number;
}

/** Between two tries while nobody serves the subject. */
const pauseMs = 50;

export class QueryPort {
  readonly #options: QueryPortOptions;

  constructor(options: QueryPortOptions) {
    this.#options = options;
  }

  /** Asks. `atLeast`: what the answering core must have applied. Never throws for what happens on the bus. */
  async ask<T extends QueryType>(
    body: Extract<Query, { type: T }>,
    atLeast: number,
    sessionId?: SessionId,
    limitMs = this.#options.queryMs,
  ): Promise<Result<Answer<T>>> {
    const { community, gatewayId, logger } = this.#options;
    const data = await this.#request(
      subject.query(community, gatewayId, body.type),
      encode({ v: 1, ...(sessionId ? { sessionId } : {}), atLeast, body }),
      limitMs,
    );
    if (data === null) return { ok: false, rejection: busy };
    const reply = decode(QueryReply, data);
    if (!reply.ok) {
      logger.error({ query: body.type, why: reply.why }, "query reply cannot be read");
      return { ok: false, rejection: busy };
    }
    if (!reply.value.ok) return { ok: false, rejection: reply.value.rejection };
    const answer = queryShapes[body.type].answer.safeParse(reply.value.body);
    if (!answer.success) {
      logger.error({ query: body.type, why: answer.error.message }, "answer cannot be read");
      return { ok: false, rejection: busy };
    }
    const value = { through: reply.value.through, answer: answer.data as AnswerOf<T> };
    return { ok: true, value };
  }

  /** Has a core prove who somebody is; the ticket opens a session. */
  async authenticate(
    { protocol, traits }: Pick<AuthenticateRequest, "protocol" | "traits">,
    address: string,
    credentials: AuthenticateRequest["credentials"],
  ): Promise<Result<string>> {
    const parsed = AuthenticateRequest.safeParse({ v: 1, protocol, traits, address, credentials });
    if (!parsed.success) {
      const field = String(parsed.error.issues[0]?.path.at(-1) ?? "");
      return { ok: false, rejection: { code: "invalid", field, why: "credentials" } };
    }
    const data = await this.#request(
      subject.authenticate(this.#options.community, this.#options.gatewayId),
      encode(parsed.data),
      this.#options.authenticateMs,
    );
    if (data === null) return { ok: false, rejection: busy };
    const reply = decode(AuthenticateReply, data);
    if (!reply.ok) {
      this.#options.logger.error({ why: reply.why }, "authenticate reply cannot be read");
      return { ok: false, rejection: busy };
    }
    return reply.value.ok
      ? { ok: true, value: reply.value.ticket }
      : { ok: false, rejection: reply.value.rejection };
  }

  /** The reply's bytes, or null when nobody answers in time. While nobody takes it, it is tried again. */
  async #request(to: string, data: Uint8Array, limitMs: number): Promise<Uint8Array | null> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return null;
      try {
        const { bus, takenMs } = this.#options;
        return (await bus.request(to, data, { timeoutMs: leftMs, takenMs })).data;
      } catch (error) {
        if (busErrorOf(error).why !== "no_responders") return null;
        await pause(pauseMs, undefined, { ref: false });
      }
    }
  }
}
