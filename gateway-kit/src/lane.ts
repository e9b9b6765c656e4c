/** The commands of one sender: numbered from 1, one at a time. */
import type { Command, Commit, Rejection, SessionId } from "@dragoman/bus-schema";

/** How a command ended. `grant`: what it gave, by its type, whether its event is applied here yet or not. `unknown`: nobody could be asked in time, whether it happened is not known. */
export type Outcome =
  | { readonly kind: "committed"; readonly commit: Commit }
  | { readonly kind: "unchanged"; readonly grant?: unknown }
  | { readonly kind: "refused"; readonly rejection: Rejection }
  | { readonly kind: "unknown" };

/** Who sent a command, told before the commit that it caused is delivered. */
export interface Sender {
  begin(commit: Commit): void;
  /** The commit is delivered; the outcome follows when it has taken its effect everywhere (docs/journal.md 4.5). */
  await(commit: Commit): void;
}

/** What carries a lane's present command to its outcome. */
export interface LanePort {
  begin(
    lane: Pick<Lane, "origin" | "sessionId" | "sender" | "n" | "queuedMs">,
    body: Command,
    limitMs: number,
    finish: (outcome: Outcome) => void,
  ): void;
}

interface Queued {
  readonly queuedMs: number;
  readonly body: Command;
  readonly limitMs: number;
  readonly done: (outcome: Outcome) => void;
}

/** One session's commands: numbered from 1, one at a time, the next when the one before has its outcome. */
export class Lane {
  /** What its command ids begin with: the session id where it has one. */
  readonly origin: string;
  readonly sessionId: SessionId | undefined;
  readonly sender: Sender;
  readonly #port: LanePort;
  readonly #commandMs: number;
  readonly #queue: Queued[] = [];
  #n = 0;
  #queuedMs = 0;
  #busy = false;

  constructor(
    port: LanePort,
    origin: string,
    sender: Sender,
    commandMs: number,
    sessionId?: SessionId,
  ) {
    this.#port = port;
    this.origin = origin;
    this.sessionId = sessionId;
    this.sender = sender;
    this.#commandMs = commandMs;
  }

  /** The number of the command under way, or of the last. */
  get n(): number {
    return this.#n;
  }

  /** When it was given, on the monotonic clock. */
  get queuedMs(): number {
    return this.#queuedMs;
  }

  /**
   * Sends a command when those before it are settled. `done` may run before this returns, and never if the
   * gateway ends first.
   */
  send(body: Command, done: (outcome: Outcome) => void, limitMs = this.#commandMs): void {
    this.#queue.push({ body, limitMs, done, queuedMs: performance.now() });
    this.#next();
  }

  #next(): void {
    if (this.#busy) return;
    const queued = this.#queue.shift();
    if (queued === undefined) return;
    this.#busy = true;
    this.#queuedMs = queued.queuedMs;
    this.#n += 1;
    this.#port.begin(this, queued.body, queued.limitMs, (outcome) => {
      this.#busy = false;
      queued.done(outcome);
      this.#next();
    });
  }
}
