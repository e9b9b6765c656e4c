/** Answers over HTTP in the original's form: JSON with an `error`, and the status of each refusal. */
import type { Rejection, RejectionCode } from "@dragoman/bus-schema";
import type { FastifyReply } from "fastify";
import { rejectionText } from "../rejection.ts";

/** A status and the text of the error. */
export interface Failure {
  readonly status: number;
  readonly error: string;
}

export const failure = (status: number, error: string): Failure => ({ status, error });

/** For one sender or address within its time. */
export const tooManyRequests: Failure = failure(429, "Too many requests");

/** Where a body comes too slowly. */
export const tooSlow: Failure = failure(408, "Request body too slow");

export async function sendJson(reply: FastifyReply, status: number, body: object): Promise<void> {
  await reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

export function sendFailure(reply: FastifyReply, { status, error }: Failure): Promise<void> {
  return sendJson(reply, status, { error });
}

const statuses: ReadonlyMap<RejectionCode, number> = new Map<RejectionCode, number>([
  ["not_authenticated", 401],
  ["banned", 401],
  ["bad_login", 401],
  ["not_permitted", 403],
  ["silenced", 403],
  ["leaving", 403],
  ["not_found", 404],
  ["too_long", 413],
  ["rate_limited", 429],
  ["limit_reached", 429],
  ["busy", 503],
  ["read_only", 503],
  ["storage_full", 507],
  ["disabled", 503],
  ["unknown_outcome", 503],
]);

/** A refusal by core. What has no status of its own is the request's fault. */
export function failureOf(rejection: Rejection, nowMs: number): Failure {
  return failure(statuses.get(rejection.code) ?? 400, rejectionText(rejection, nowMs));
}
