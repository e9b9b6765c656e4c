/** The traces of the commands of one batch: of each what the leader does about it and when, and what the record hands on. */
import { isTraceparent, type Span, startSpan, traceHeader, tracesMax } from "@dragoman/service-kit";
import type { CoreTrace } from "../trace.ts";
import type { EncodedCommit } from "./decisions.ts";
import type { QueuedCommand } from "./queue.ts";

export class BatchTrace {
  readonly #seq: number;
  readonly #parents: string[] = [];
  readonly #spans: Span[] = [];
  readonly #trace: CoreTrace;
  readonly #messages: {
    readonly number: number;
    readonly takenMs: number;
    readonly decidedMs: number;
  }[] = [];

  constructor(seq: number, trace: CoreTrace) {
    this.#seq = seq;
    this.#trace = trace;
  }

  /**
   * Takes a command that is decided. Spans are for those whose gateways send traces; `tracesMax` of them. What is no trace
   * context would stand in the record as it came: longer than a message of NATS may be, it would stop the journal.
   */
  add({ admitted, request, takenMs }: QueuedCommand, { commit }: EncodedCommit): void {
    for (const event of commit.events) {
      if (event.type !== "message.posted" && event.type !== "message.announced") continue;
      this.#messages.push({
        number: event.message.number,
        takenMs,
        decidedMs: performance.now(),
      });
    }
    const parent = request?.headers?.get(traceHeader) ?? "";
    if (!isTraceparent(parent) || this.#parents.length >= tracesMax) return;
    const posted = commit.events.find((event) => event.type === "message.posted");
    const about = {
      "dragoman.command": admitted.body.type,
      "dragoman.seq": this.#seq,
      ...(posted === undefined ? {} : { "dragoman.message": posted.message.messageId }),
    };
    const span = startSpan("store", about, parent);
    // Where this core sends none, gateways go on with what they were given.
    this.#parents.push(span?.traceparent ?? parent);
    if (span !== undefined) this.#spans.push(span);
  }

  /** For the record; undefined: nobody sends traces. */
  get header(): string | undefined {
    return this.#parents.length === 0 ? undefined : this.#parents.join(",");
  }

  /** The batch is stored, or will not be. */
  end(outcome: string): void {
    if (outcome === "stored") {
      const storedMs = performance.now();
      for (const { number, ...times } of this.#messages) {
        this.#trace.stored(number, { ...times, storedMs });
      }
    }
    for (const span of this.#spans) span.end({ "dragoman.outcome": outcome });
  }
}
