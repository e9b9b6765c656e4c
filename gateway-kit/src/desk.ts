/**
 * What HTTP routes may ask of the house. They belong to no session, so their commands carry a proof of their own,
 * and they are numbered in lanes of this gateway.
 */
import type {
  AnswerOf,
  AuthenticateRequest,
  Command,
  QueryOf,
  QueryType,
  Result,
} from "@dragoman/bus-schema";
import type { FastifyRequest } from "fastify";
import type { Lane, Outcome } from "./commands.ts";
import type { Shelf } from "./files/shelf.ts";

export interface Desk {
  /** Gives a command; resolves when its events have been delivered, or with why not. */
  command(body: Command): Promise<Outcome>;
  /** Asks as the gateway itself. */
  ask<T extends QueryType>(body: QueryOf<T> & { readonly type: T }): Promise<Result<AnswerOf<T>>>;
  /** Has core prove who somebody is, where a route needs more than a key. Opens no session. */
  authenticate(
    address: string,
    credentials: AuthenticateRequest["credentials"],
  ): Promise<Result<string>>;
  readonly shelf: Shelf;
  /** The client's address, through the trusted proxies. */
  address(request: FastifyRequest): string;
}

/** Commands of requests at once; more of them wait. */
export const lanesMax = 16;

/** Spreads commands over lanes: in each they go one after the other. */
export function giver(lanes: readonly Lane[]): Desk["command"] {
  let next = 0;
  return (body) =>
    new Promise((resolve) => {
      const lane = lanes[next % lanes.length];
      next += 1;
      if (lane === undefined) resolve({ kind: "unknown" });
      else lane.send(body, resolve);
    });
}
