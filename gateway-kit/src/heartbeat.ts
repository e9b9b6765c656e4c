/**
 * The gateway's sign of life and the proof that its feed is complete (docs/journal.md 4.1): a request to the leader
 * whose answer says what the journal ends with.
 */
import {
  type CommunityId,
  decode,
  encode,
  type GatewayId,
  HeartbeatReply,
  subject,
} from "@dragoman/bus-schema";
import type { Bus, Logger } from "@dragoman/service-kit";
import { busErrorOf } from "./bus-error.ts";

export interface HeartbeatOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly gatewayId: GatewayId;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly limitMs: number;
  /** What this gateway has rendered. */
  readonly applied: () => number;
  /** The highest term known: an answer of a lower one is no sign of life of a leader. */
  readonly term: () => number;
  /** Takes each answer, of whatever term. */
  readonly onReply: (reply: HeartbeatReply) => void;
}

/** Beats under way at once; above it a beat is left out. */
const underwayMax = 4;

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #underway = 0;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** When the last beat that a leader answered was sent, on the monotonic clock; `Gateway.ready` judges by it. */
  get heardMs(): number {
    return this.#heardMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.beat(), this.#options.everyMs).unref();
    this.beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Sends a beat at once: it reports what is applied, and its answer says what the journal ends with. */
  beat(): void {
    const { bus, community, gatewayId, limitMs, applied, logger } = this.#options;
    if (this.#underway >= underwayMax || !bus.connected) return;
    this.#underway += 1;
    const sentMs = performance.now();
    const body = encode({ v: 1, applied: applied() });
    bus
      .request(subject.heartbeat(community, gatewayId), body, { timeoutMs: limitMs })
      .finally(() => {
        this.#underway -= 1;
      })
      .then(
        (reply) => this.#hear(reply.data, sentMs),
        (error: unknown) => {
          logger.trace({ why: busErrorOf(error).why }, "heartbeat without an answer");
        },
      );
  }

  #hear(data: Uint8Array, sentMs: number): void {
    const reply = decode(HeartbeatReply, data);
    if (!reply.ok) {
      this.#options.logger.warn({ why: reply.why }, "heartbeat reply cannot be read");
      return;
    }
    // Of a lower term it is no sign of a leader. Its proof still counts, being one by the record's own id: a
    // journal that went back behind a leader's start is led by lower terms.
    if (reply.value.term >= this.#options.term()) this.#heardMs = Math.max(this.#heardMs, sentMs);
    this.#options.onReply(reply.value);
  }
}
