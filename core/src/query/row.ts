/** What rows of the query table are made of (`answer.ts`). */
import type {
  Actor,
  AnswerOf,
  QueryOf,
  QueryType,
  Rejection,
  Result,
  UserId,
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
  /** Reads the journal itself; null: there is no such record. */
  readonly stored: (seq: number) => Promise<StoredRecord | null>;
  /** What this core sees of itself and of the store. */
  readonly status: () => Promise<AnswerOf<"journal.status">>;
  /** Epoch ms. */
  readonly nowMs: number;
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
