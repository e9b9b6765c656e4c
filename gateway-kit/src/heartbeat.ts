/**
 * The gateway's sign of life and the proof that its feed is complete (docs/journal.md 4.1): a request to the leader
 * whose answer says what the journal ends with.
 */
import {
  type CommunityId,
  decode,
  encode,
  type GatewayId,
  type Heartbeat as HeartbeatBody,
  HeartbeatReply,
  type ProcessFacts,
  type ProcessTrace,
  type SessionSet,
  subject,
} from "@dragoman/bus-schema";
import type { Bus, Logger } from "@dragoman/service-kit";
import { busErrorOf } from "./bus-error.ts";
import { type Instant, instant } from "./freshness.ts";

export interface HeartbeatOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly gatewayId: GatewayId;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly limitMs: number;
  /** What this gateway has rendered. */
  readonly applied: () => number;
  /** Those that this gateway accounts for (docs/journal.md 4.6). */
  readonly sessions: SessionSet;
  /** What this process says of itself. */
  readonly process: ProcessFacts;
  /** What this gateway remembers of a message. */
  readonly traceOf: (number: number) => ProcessTrace;
  /** Takes each answer, of whatever term, with when its beat was sent. */
  readonly onReply: (reply: HeartbeatReply, sent: Instant) => void;
}

/** Beats under way at once; one above it is sent when the first of them is answered or given up. */
const underwayMax = 4;
/** More sessions do not fit into one message of the bus. */
const listedMax = 20_000;

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #underway = 0;
  /** A beat was left out. */
  #isOwed = false;
  /** The leader asks for the list of sessions. */
  #isAsked = false;
  /** Messages that it asks for. */
  #traced: readonly number[] = [];

  constructor(options: HeartbeatOptions) {
    this.#options = options;
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
    const { bus, community, gatewayId, limitMs, applied, sessions, logger } = this.#options;
    if (!bus.connected) return;
    if (this.#underway >= underwayMax) {
      this.#isOwed = true;
      return;
    }
    this.#isOwed = false;
    this.#underway += 1;
    const sent = instant();
    const traces = this.#traced.map((number) => ({ number, trace: this.#options.traceOf(number) }));
    this.#traced = [];
    const body = encode({
      v: 1,
      applied: applied(),
      digest: sessions.digest,
      process: this.#options.process,
      ...(this.#isAsked && sessions.size <= listedMax ? { sessions: sessions.ids() } : {}),
      ...(traces.length === 0 ? {} : { traces }),
    } satisfies HeartbeatBody);
    bus
      .request(subject.heartbeat(community, gatewayId), body, { timeoutMs: limitMs })
      .finally(() => {
        this.#underway -= 1;
        if (this.#isOwed) this.beat();
      })
      .then(
        (reply) => this.#hear(reply.data, sent),
        (error: unknown) => {
          logger.trace({ why: busErrorOf(error).why }, "heartbeat without an answer");
        },
      );
  }

  #hear(data: Uint8Array, sent: Instant): void {
    const reply = decode(HeartbeatReply, data);
    if (!reply.ok) {
      this.#options.logger.warn({ why: reply.why }, "heartbeat reply cannot be read");
      return;
    }
    this.#isAsked = reply.value.differs === true;
    this.#options.onReply(reply.value, sent);
    if (reply.value.traced === undefined) return;
    this.#traced = reply.value.traced;
    this.beat();
  }
}
