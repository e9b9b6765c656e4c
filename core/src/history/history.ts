/**
 * History as the rest of core sees it: records go in by `apply`, pages and counts come out. The database and
 * every call that may block live in a worker thread (`worker.ts`); this side keeps order and remembers how far
 * the projection is. Questions do not wait behind queued records: each answer says `through`, the sequence
 * that it covers, and whoever needs a certain one asks `reached` first (docs/journal.md 2.8, 4.3).
 */
import { Worker } from "node:worker_threads";
import type {
  AnswerOf,
  ChannelId,
  Message,
  Place,
  PollId,
  QueryOf,
  UserId,
} from "@dragoman/bus-schema";
import { type FeedRecord, type Logger, OperatorError, type Position } from "@dragoman/service-kit";
import { type Advance, advanceOf } from "./change.ts";
import type {
  Answer,
  AuditFilter,
  Cutoffs,
  Found,
  FromWorker,
  Page,
  Question,
  ToWorker,
  Walked,
  WorkerOptions,
} from "./exchange.ts";
import { takeFile } from "./guard.ts";
import type { KeptSince, Old } from "./old.ts";
import type { Sought, Traces } from "./traces.ts";
import type { Vote } from "./vote-table.ts";

export interface HistoryOptions {
  /** The database file, made if it is not there; ":memory:" keeps nothing. */
  readonly path: string;
  /** Where it lay in earlier versions. */
  readonly legacyPath?: string;
  readonly logger: Logger;
  /** The worker failed: the projection is not to be trusted and this core has to end. Called once. */
  readonly onFatal: (error: Error) => void;
  /**
   * The record that was applied does not follow the stored one: the journal is not the one that was projected
   * (docs/journal.md 1.3). Nothing more is applied until `rebuild`.
   */
  readonly onRewound: (why: string) => void;
  /** Hears to which record the projection has come. */
  readonly onApplied?: (seq: number) => void;
  /**
   * How long records wait to be handed over together, and so to share a transaction. Nobody waits that long:
   * whoever waits for a record (`reached`) or asks has all of them handed over at once.
   */
  readonly gatherMs: number;
  /** An artificial delay per applied record, for tests of a slow projection. */
  readonly slowMs?: number;
  /** For how many days people stand by their ids in the counts of who was there. */
  readonly namesDays?: number;
}

/** An answer and the journal sequence that it covers. */
export interface Covered<T> {
  readonly through: number;
  readonly answer: T;
}

interface Waiter {
  readonly seq: number;
  readonly settle: (reached: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

interface Asked {
  readonly resolve: (answer: Covered<Answer>) => void;
  readonly reject: (error: Error) => void;
}

/** Before the first record. */
const start: Position = { seq: 0, id: "" };
/** Records that wait together at most: during a replay they come by the thousand. */
const gatheredMax = 200;

/** A message that was looked up at a sequence; null: there was none. */
interface Looked {
  readonly through: number;
  readonly message: Message | null;
}

export class History {
  readonly #options: HistoryOptions;
  readonly #worker: Worker;
  readonly #waiters = new Set<Waiter>();
  readonly #asked = new Map<number, Asked>();
  readonly #rebuilds = new Map<number, () => void>();
  #guard: { release(): void } | undefined;
  #gathered: Advance[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #position: Position = start;
  #given = 0;
  #nextAsk = 0;
  /** Counts rebuilds: what the worker says of an earlier one no longer counts. */
  #era = 0;
  #ended: Error | undefined;
  #fault: string | undefined;

  private constructor(options: HistoryOptions) {
    this.#options = options;
    const { path, slowMs = 0, namesDays } = options;
    const names = namesDays === undefined ? {} : { namesDays };
    const workerData: WorkerOptions = { path, slowMs, ...names };
    // The compiled neighbour: the compiler rewrites import specifiers, not URLs.
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { workerData });
    this.#worker.on("message", (message: FromWorker) => this.#hear(message));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", (code) => this.#fail(new Error(`history worker ended (${code})`)));
  }

  /**
   * Opens the projection; resolves when its stored position is known.
   * @throws InUseError when another core has the file, OperatorError when it cannot be opened
   */
  static async open(options: HistoryOptions): Promise<History> {
    const { path, legacyPath } = options;
    const guard = path === ":memory:" ? undefined : takeFile(path, legacyPath);
    try {
      const history = await History.#begin(options);
      history.#guard = guard;
      return history;
    } catch (error) {
      guard?.release();
      throw error;
    }
  }

  static #begin(options: HistoryOptions): Promise<History> {
    return new Promise((resolve, reject) => {
      let opened = false;
      const history: History = new History({
        ...options,
        onFatal: (error) => {
          if (opened) options.onFatal(error);
          else reject(new OperatorError(`${options.path}: ${error.message}`, 1, { cause: error }));
        },
      });
      history.#worker.once("message", () => {
        opened = true;
        resolve(history);
      });
    });
  }

  /**
   * What is stored for certain. After `open` it is where an earlier run came to; a caller whose journal ends
   * below it must `rebuild`.
   */
  get position(): Position {
    return this.#position;
  }

  /** Why nothing can be stored at this moment; undefined: it can. It goes on by itself. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Queues a record; in order. What is at or below the position is passed over. */
  apply(record: FeedRecord): void {
    if (this.#ended !== undefined) return;
    this.#given = Math.max(this.#given, record.seq);
    if (record.seq < this.#position.seq) return;
    this.#gathered.push(advanceOf(record));
    if (this.#gathered.length >= gatheredMax) this.#handOver();
    else this.#gathering ??= setTimeout(() => this.#handOver(), this.#options.gatherMs);
  }

  /** Waits until the record at `seq` is stored; false after `limitMs`, or when nothing can be stored. */
  reached(seq: number, limitMs: number): Promise<boolean> {
    if (this.#position.seq >= seq) return Promise.resolve(true);
    if (this.#ended !== undefined || this.#fault !== undefined) return Promise.resolve(false);
    this.#handOver();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        seq,
        settle: (reached) => {
          clearTimeout(waiter.timer);
          this.#waiters.delete(waiter);
          resolve(reached);
        },
        timer: setTimeout(() => waiter.settle(false), limitMs),
      };
      this.#waiters.add(waiter);
    });
  }

  /** A present message by its id, or by its number in decimal. */
  lookup(ref: string): Promise<Looked> {
    return this.#look({ ask: "lookup", ref });
  }

  /** The present message of a poll that has ended, by its id or the poll's. */
  endedPoll(ref: string): Promise<Looked> {
    return this.#look({ ask: "endedPoll", ref });
  }

  async #look(question: Extract<Question, { ask: "lookup" | "endedPoll" }>): Promise<Looked> {
    const { through, answer } = await this.#ask(question);
    const json = answer as string | null;
    return { through, message: json === null ? null : (JSON.parse(json) as Message) };
  }

  /** A page of a place, oldest first. Entitlement is the caller's to judge. */
  async page(query: QueryOf<"message.page">): Promise<Covered<AnswerOf<"message.page">>> {
    const { through, answer } = await this.#ask({ ask: "page", query });
    const page = answer as Page;
    const messages = page.messages.map((json) => JSON.parse(json) as Message);
    return { through, answer: { ...page, messages } };
  }

  /** A message and what stands around it. */
  around(query: QueryOf<"message.around">): Promise<Covered<AnswerOf<"message.around">>> {
    return this.#find({ ask: "around", query }, ({ start = 0 }, messages) => ({ messages, start }));
  }

  one(query: QueryOf<"message.one">): Promise<Covered<AnswerOf<"message.one">>> {
    return this.#find({ ask: "one", query }, (_, [message = null]) => ({ message }));
  }

  /** Replies, matches of a search, or pinned messages. */
  list(
    question: Extract<Question, { ask: "replies" | "search" | "pinned" }>,
  ): Promise<Covered<AnswerOf<"message.replies">>> {
    return this.#find(question, (_, messages) => ({ messages }));
  }

  /** Matches of a search in many places, as far as it came. */
  matches(
    query: QueryOf<"message.matches">,
    isSearched: readonly boolean[],
  ): Promise<Covered<AnswerOf<"message.matches">>> {
    return this.#find({ ask: "matches", query, isSearched }, ({ searched = 0 }, messages) => ({
      messages,
      searched,
    }));
  }

  /** Messages with one of these tokens (`mention.ts`) in one of these channels. */
  pings(
    query: QueryOf<"message.pings">,
    tokens: readonly string[],
    channelIds: readonly ChannelId[],
  ): Promise<Covered<AnswerOf<"message.pings">>> {
    return this.#find({ ask: "pings", query, tokens, channelIds }, ({ total = 0 }, messages) => ({
      messages,
      total,
    }));
  }

  /** A person's read state of each of the places, in their order. */
  async counts(
    userId: UserId,
    places: readonly Place[],
  ): Promise<Covered<AnswerOf<"unread.counts">>> {
    const { through, answer } = await this.#ask({ ask: "counts", userId, places });
    return { through, answer: answer as AnswerOf<"unread.counts"> };
  }

  /** What a person chose in some polls. */
  async votes(userId: UserId, pollIds: readonly PollId[]): Promise<readonly Vote[]> {
    const { answer } = await this.#ask({ ask: "votes", userId, pollIds });
    return answer as readonly Vote[];
  }

  /** The first so many votes of a poll. */
  async voters(pollId: PollId, limit: number): Promise<readonly Vote[]> {
    const { answer } = await this.#ask({ ask: "voters", pollId, limit });
    return answer as readonly Vote[];
  }

  /** The audit log, newest first. Who may read it is the caller's to judge. */
  async auditEntries(
    query: AuditFilter,
    cutoffs: Cutoffs,
  ): Promise<Covered<AnswerOf<"audit.entries">>> {
    const { through, answer } = await this.#ask({ ask: "audit", query, cutoffs });
    return { through, answer: answer as AnswerOf<"audit.entries"> };
  }

  /** How often each act stands in the log. */
  async auditSummary(cutoffs: Cutoffs): Promise<Covered<AnswerOf<"audit.summary">>> {
    const { through, answer } = await this.#ask({ ask: "auditSummary", cutoffs });
    return { through, answer: answer as AnswerOf<"audit.summary"> };
  }

  /** Messages of a place behind a number, from the oldest on. */
  async told(place: Place, after: number): Promise<Covered<AnswerOf<"export.messages">>> {
    const { through, answer } = await this.#ask({ ask: "told", place, after });
    const { messages, ...where } = answer as Walked;
    return {
      through,
      answer: { messages: messages.map((json) => JSON.parse(json) as Message), ...where },
    };
  }

  /** Votes of a poll, from the first on. */
  async votesBehind(pollId: PollId, after: number): Promise<Covered<AnswerOf<"export.votes">>> {
    const { through, answer } = await this.#ask({ ask: "votesBehind", pollId, after });
    return { through, answer: answer as AnswerOf<"export.votes"> };
  }

  /** How far some people have read. */
  async marksOf(userIds: readonly UserId[]): Promise<Covered<AnswerOf<"export.marks">>> {
    const { through, answer } = await this.#ask({ ask: "marksOf", userIds });
    return { through, answer: answer as AnswerOf<"export.marks"> };
  }

  /** Who was there by which protocol in the last days. */
  async adoption(count: number, namesMax: number): Promise<Covered<AnswerOf<"adoption.days">>> {
    const { through, answer } = await this.#ask({ ask: "adoption", count, namesMax });
    return { through, answer: answer as AnswerOf<"adoption.days"> };
  }

  /** See `OldMessages.find`. */
  async old(behind: number, since: KeptSince, limit: number): Promise<Old> {
    const { answer } = await this.#ask({ ask: "old", behind, since, limit });
    return answer as Old;
  }

  /** See `Eraser.traces`. */
  async traces(sought: Sought, below: number): Promise<Traces> {
    const { answer } = await this.#ask({ ask: "traces", sought, below });
    return answer as Traces;
  }

  /** The database file. */
  get path(): string {
    return this.#options.path;
  }

  /**
   * Forgets everything, what is queued included, and begins with another database, or without one behind `at`.
   * @param from a file that takes the place of the present one
   */
  rebuild(from: string | null = null, at: Position = start): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#options.logger.warn({ position: this.#position, from, at }, "history is built anew");
    this.#discard();
    this.#era += 1;
    this.#position = start;
    this.#given = 0;
    const era = this.#era;
    return new Promise((resolve) => {
      this.#rebuilds.set(era, resolve);
      this.#send({ kind: "rebuild", era, from, at });
    });
  }

  /** Records that were given and are not stored yet. */
  lag(): number {
    return Math.max(0, this.#given - this.#position.seq);
  }

  /** Ends the worker. What is still queued is not stored; the next start finds it in the journal. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) {
      this.#guard?.release();
      return;
    }
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.#end(new Error("history is closed"));
    this.#send({ kind: "close" });
    await exited;
    this.#guard?.release();
  }

  async #find<T>(
    question: Question,
    build: (found: Found, messages: Message[]) => T,
  ): Promise<Covered<T>> {
    const { through, answer } = await this.#ask(question);
    const found = answer as Found;
    const messages = found.messages.map((json) => JSON.parse(json) as Message);
    return { through, answer: build(found, messages) };
  }

  /** Gives the worker what waits. */
  #handOver(): void {
    const advances = this.#discard();
    if (advances.length > 0) this.#send({ kind: "apply", advances });
  }

  #discard(): readonly Advance[] {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const advances = this.#gathered;
    this.#gathered = [];
    return advances;
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #ask(question: Question): Promise<Covered<Answer>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#handOver();
    return new Promise((resolve, reject) => {
      this.#nextAsk += 1;
      this.#asked.set(this.#nextAsk, { resolve, reject });
      this.#send({ kind: "ask", id: this.#nextAsk, question });
    });
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case "applied":
        this.#advance(message.era, message.position);
        return;
      case "rewound":
        if (message.era === this.#era) this.#options.onRewound(message.why);
        return;
      case "faulted":
        this.#fault = message.why;
        this.#options.logger.error(
          { why: message.why, path: this.path, mend: "make room, or the file's folder writable" },
          "history_faulted: nothing can be stored; pages and searches are refused until it can, the chat goes on",
        );
        for (const waiter of this.#waiters) waiter.settle(false);
        return;
      case "mended":
        this.#fault = undefined;
        this.#options.logger.info({ position: this.#position }, "history is stored again");
        return;
      case "rebuilt":
        this.#advance(message.era, message.position);
        this.#rebuilds.get(message.era)?.();
        this.#rebuilds.delete(message.era);
        return;
      case "failed":
        this.#taken(message.id)?.reject(new Error(message.why));
        return;
      case "answer":
        this.#taken(message.id)?.resolve({ through: message.through, answer: message.answer });
        return;
      default:
        message satisfies never;
    }
  }

  /** Who asked the question of that number, once. */
  #taken(id: number) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  #advance(era: number, position: Position): void {
    if (era !== this.#era) return;
    this.#position = position;
    this.#options.onApplied?.(position.seq);
    for (const waiter of this.#waiters) if (waiter.seq <= position.seq) waiter.settle(true);
  }

  #fail(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#end(error);
    this.#options.onFatal(error);
  }

  #end(error: Error): void {
    this.#ended = error;
    this.#discard();
    for (const waiter of this.#waiters) waiter.settle(false);
    for (const asked of this.#asked.values()) asked.reject(error);
    this.#asked.clear();
    for (const resolve of this.#rebuilds.values()) resolve();
    this.#rebuilds.clear();
  }
}
