/**
 * What may be asked of the gateway outside of any connection, by an edge's HTTP routes above all. A request belongs to
 * no session, so its commands carry a proof of their own, and they are numbered in lanes of this gateway.
 */
import type {
  AnswerOf,
  AuthenticateRequest,
  Command,
  QueryOf,
  QueryType,
  Result,
} from "@dragoman/bus-schema";
import type { FilePort } from "./files/file-port.ts";
import type { Outcome } from "./lane.ts";
import type { View } from "./view.ts";

export interface RequestPort {
  /** @throws Error before the first roster is there; requests are not served then */
  view(): View;
  /** Open connections, signed in or not. */
  connections(): number;
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
}
