/** What rows of the query table are made of (`answer.ts`). */
import {
  type Actor,
  type AnswerOf,
  type GatewayId,
  holds,
  operatorGateway,
  type QueryOf,
  type QueryType,
  type Rejection,
  type Result,
  type Right,
  type TraceRequest,
  type UserId,
} from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import type { Covered, History } from "../history/history.ts";
import type { Secrets } from "../identity/secrets.ts";
import type { StoredRecord } from "../journal/read-record.ts";
import type { ReplicaView } from "../journal/replica-view.ts";

/** What answers are made of. */
export interface Sources {
  readonly replica: ReplicaView;
  readonly history: History;
  readonly secrets: Secrets;
  readonly config: Config;
  /** Who asks, for itself or for a person. */
  readonly gatewayId: GatewayId;
  /** Reads the journal itself; null: there is no such record. */
  readonly stored: (seq: number) => Promise<StoredRecord | null>;
  /** What this core sees of itself and of the store. */
  readonly status: () => Promise<AnswerOf<"journal.status">>;
  /** Epoch ms. */
  readonly nowMs: number;
  /** What the processes remember of a message; without a leader this core alone. */
  readonly traced: (request: TraceRequest) => Promise<AnswerOf<"trace.steps">>;
  /** Waits within the question's time until the projection has come as far as the question asks. */
  readonly projected: () => Promise<boolean>;
  /** What is left of a person's pause after a burst, from the leader; null: there is none to ask. */
  readonly cooldownMs: (userId: UserId) => Promise<number | null>;
}

export type Answered<T extends QueryType> = Result<Covered<AnswerOf<T>>>;
/** `asker` null: no session was named. */
export type Row<T extends QueryType> = (
  query: QueryOf<T>,
  asker: Actor | null,
  from: Sources,
) => Answered<T> | Promise<Answered<T>>;

export const refuse = (
  rejection: Rejection,
): { readonly ok: false; readonly rejection: Rejection } => ({ ok: false, rejection });
export const busy: Rejection = { code: "busy", waitMs: 500 };

/** A row for people alone. */
export function signedIn<T extends QueryType>(
  answer: (query: QueryOf<T>, asker: Actor, from: Sources) => Answered<T> | Promise<Answered<T>>,
): Row<T> {
  return (query, asker, from) =>
    asker === null ? refuse({ code: "not_authenticated" }) : answer(query, asker, from);
}

/** A row for who has a right, and for the operator, who has every one; `may` says which others whoever asks has. */
export function inCharge<T extends QueryType>(
  right: Right,
  answer: (
    query: QueryOf<T>,
    from: Sources,
    may: (right: Right) => boolean,
  ) => Answered<T> | Promise<Answered<T>>,
): Row<T> {
  return (query, asker, from) => {
    if (asker === null) {
      return from.gatewayId === operatorGateway
        ? answer(query, from, () => true)
        : refuse({ code: "not_authenticated" });
    }
    if (holds(asker, right)) return answer(query, from, (other) => holds(asker, other));
    return refuse({ code: "not_permitted", need: right, hidden: false });
  };
}

/** A row for the operator alone: for any other there is no such question. */
export function operating<T extends QueryType>(
  answer: (query: QueryOf<T>, from: Sources) => Answered<T> | Promise<Answered<T>>,
): Row<T> {
  return (query, _asker, from) =>
    from.gatewayId === operatorGateway
      ? answer(query, from)
      : refuse({ code: "invalid", field: "query", why: "unknown" });
}
