/**
 * What an edge's HTTP routes may ask of the gateway. A request belongs to no session, so its commands carry a proof of
 * their own, and they are numbered in lanes of this gateway.
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
import type { FilePort } from "./files/file-port.ts";

export interface HttpPort {
  /** Sends a command; resolves when its events have been delivered, or with why there are none. */
  command(body: Command): Promise<Outcome>;
  /** Asks as the gateway itself. */
  ask<T extends QueryType>(body: QueryOf<T> & { readonly type: T }): Promise<Result<AnswerOf<T>>>;
  /** Has core prove who somebody is, where a route needs more than a key. Opens no session. */
  authenticate(
    address: string,
    credentials: AuthenticateRequest["credentials"],
  ): Promise<Result<string>>;
  /** The file store. */
  readonly files: FilePort;
  /** The client's address, through the trusted proxies. */
  address(request: FastifyRequest): string;
}

/** Commands of requests at once; more of them wait. */
export const lanesMax = 16;

/** Spreads commands over the lanes, round robin: in each they go one after the other. */
export function roundRobin(lanes: readonly Lane[]): HttpPort["command"] {
  let next = 0;
  return (body) =>
    new Promise((resolve) => {
      const lane = lanes[next % lanes.length];
      next += 1;
      if (lane === undefined) resolve({ kind: "unknown" });
      else lane.send(body, resolve);
    });
}
