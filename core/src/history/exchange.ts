/** What the main thread and the history worker say to each other. */
import type { AnswerOf, ChannelId, Place, PollId, QueryOf, UserId } from "@dragoman/bus-schema";
import type { Position } from "@dragoman/service-kit";
import type { Advance } from "./change.ts";
import type { KeptSince, Old } from "./old.ts";
import type { Sought, Traces } from "./traces.ts";
import type { Vote } from "./vote-table.ts";

export interface WorkerOptions {
  readonly path: string;
  readonly slowMs: number;
  /** See `AdoptionTable`. */
  readonly namesDays?: number;
}

/** `actorIds`: any of these; the accounts of one person are the asker's to know. */
export type AuditFilter = Omit<QueryOf<"audit.entries">, "actorId"> & {
  readonly actorIds?: readonly string[];
};

export type Question =
  | { readonly ask: "lookup"; readonly ref: string }
  | { readonly ask: "endedPoll"; readonly ref: string }
  | { readonly ask: "page"; readonly query: QueryOf<"message.page"> }
  | { readonly ask: "counts"; readonly userId: UserId; readonly places: readonly Place[] }
  | { readonly ask: "around"; readonly query: QueryOf<"message.around"> }
  | { readonly ask: "one"; readonly query: QueryOf<"message.one"> }
  | { readonly ask: "replies"; readonly query: QueryOf<"message.replies"> }
  | { readonly ask: "search"; readonly query: QueryOf<"message.search"> }
  /** `isSearched`: of each place, whether it is looked through; the others hold nothing. */
  | {
      readonly ask: "matches";
      readonly query: QueryOf<"message.matches">;
      readonly isSearched: readonly boolean[];
    }
  | { readonly ask: "pinned"; readonly query: QueryOf<"message.pinned"> }
  | {
      readonly ask: "pings";
      readonly query: QueryOf<"message.pings">;
      readonly tokens: readonly string[];
      readonly channelIds: readonly ChannelId[];
    }
  | { readonly ask: "votes"; readonly userId: UserId; readonly pollIds: readonly PollId[] }
  | { readonly ask: "voters"; readonly pollId: PollId; readonly limit: number }
  | { readonly ask: "audit"; readonly query: AuditFilter; readonly cutoffs: Cutoffs }
  | { readonly ask: "adoption"; readonly count: number; readonly namesMax: number }
  | { readonly ask: "auditSummary"; readonly cutoffs: Cutoffs }
  | { readonly ask: "told"; readonly place: Place; readonly after: number }
  | { readonly ask: "votesBehind"; readonly pollId: PollId; readonly after: number }
  | { readonly ask: "marksOf"; readonly userIds: readonly UserId[] }
  | { readonly ask: "traces"; readonly sought: Sought; readonly below: number }
  | {
      readonly ask: "old";
      readonly behind: number;
      readonly since: KeptSince;
      readonly limit: number;
    };

/** Per act of the audit log the time before which its entries are no longer kept. */
export type Cutoffs = readonly (readonly [act: string, sinceMs: number])[];

/** A page as the worker gives it: messages stay the JSON that they are stored as. */
export type Page = Omit<AnswerOf<"message.page">, "messages"> & {
  readonly messages: readonly string[];
};

/** Messages that were found, as the JSON that they are stored as, and what the question's answer says besides. */
export interface Found {
  readonly messages: readonly string[];
  readonly start?: number;
  readonly total?: number;
  readonly searched?: number;
}

/** What stands in a place behind a number, and how far that goes; null: to its end. */
export interface Walked {
  readonly messages: readonly string[];
  readonly total: number;
  readonly next: number | null;
}

/** By the question: a message's JSON or null, a page, read states, messages, the audit log. */
export type Answer =
  | string
  | null
  | Page
  | AnswerOf<"unread.counts">
  | Found
  | readonly Vote[]
  | AnswerOf<"audit.entries">
  | AnswerOf<"audit.summary">
  | Walked
  | AnswerOf<"export.votes">
  | AnswerOf<"export.marks">
  | AnswerOf<"adoption.days">
  | Old
  | Traces;

export type ToWorker =
  | { readonly kind: "apply"; readonly advances: readonly Advance[] }
  | { readonly kind: "ask"; readonly id: number; readonly question: Question }
  /** `from`: a database file to take the place of the present one; null: begin empty behind `at`. */
  | {
      readonly kind: "rebuild";
      readonly era: number;
      readonly from: string | null;
      readonly at: Position;
    }
  | { readonly kind: "close" };

export type FromWorker =
  | { readonly kind: "applied"; readonly era: number; readonly position: Position }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly through: number;
      readonly answer: Answer;
    }
  /** The question met an error; the projection itself is unharmed. */
  | { readonly kind: "failed"; readonly id: number; readonly why: string }
  /** Nothing can be stored now; what waits is kept and tried again. */
  | { readonly kind: "faulted"; readonly why: string }
  | { readonly kind: "mended" }
  | { readonly kind: "rewound"; readonly era: number; readonly why: string }
  | { readonly kind: "rebuilt"; readonly era: number; readonly position: Position };
