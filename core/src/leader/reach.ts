/**
 * How far the gateways have come, and which of them may still be delivering (docs/journal.md 4.4, 4.5). A gateway is
 * fresh for a time from when it sent a heartbeat that was answered, and an answer counts for it only when it has applied
 * what the answer tells of: so who has not reported a record is known to deliver nothing any more, once its time is over.
 */
import type { GatewayId } from "@dragoman/bus-schema";

interface Known {
  readonly applied: number;
  /** On this process's monotonic clock: later than on the gateway's, since a heartbeat is sent before it is heard. */
  readonly freshUntilMs: number;
}

interface Waiter {
  readonly seq: number;
  /** Who has not reported it, and until when each may be fresh without it. */
  readonly missing: Map<GatewayId, number>;
  readonly done: (late: readonly GatewayId[]) => void;
  readonly late: GatewayId[];
  timer: NodeJS.Timeout | undefined;
}

export class Reach {
  readonly #freshMs: number;
  readonly #gateways = new Map<GatewayId, Known>();
  readonly #waiters = new Set<Waiter>();

  /** @param freshMs how long a gateway is fresh by one answer */
  constructor(freshMs: number) {
    this.#freshMs = freshMs;
  }

  /** A leader begins: any gateway that holds sessions may have been answered by the one before, up to now. */
  begin(gatewayIds: Iterable<GatewayId>, nowMs = performance.now()): void {
    for (const gatewayId of gatewayIds) {
      if (this.#gateways.has(gatewayId)) continue;
      this.#gateways.set(gatewayId, { applied: 0, freshUntilMs: nowMs + this.#freshMs });
    }
  }

  /** A gateway has reported what it has applied; the answer that follows tells of all that is stored. */
  heard(gatewayId: GatewayId, applied: number, nowMs = performance.now()): void {
    this.#gateways.set(gatewayId, { applied, freshUntilMs: nowMs + this.#freshMs });
    for (const waiter of this.#waiters) {
      if (applied >= waiter.seq && waiter.missing.delete(gatewayId)) this.#look(waiter);
    }
  }

  /**
   * Resolves when every gateway has applied the record, which is stored, or is fresh no more.
   * @returns those that are not known to have applied it
   */
  everywhere(seq: number, nowMs = performance.now()): Promise<readonly GatewayId[]> {
    return new Promise((done) => {
      const missing = new Map<GatewayId, number>();
      for (const [gatewayId, { applied, freshUntilMs }] of this.#gateways) {
        if (freshUntilMs <= nowMs) this.#gateways.delete(gatewayId);
        else if (applied < seq) missing.set(gatewayId, freshUntilMs);
      }
      const waiter: Waiter = { seq, missing, done, late: [], timer: undefined };
      this.#waiters.add(waiter);
      this.#look(waiter, nowMs);
    });
  }

  /** Whoever waits will never hear. */
  stop(): void {
    for (const { timer } of this.#waiters) clearTimeout(timer);
    this.#waiters.clear();
  }

  #look(waiter: Waiter, nowMs = performance.now()): void {
    clearTimeout(waiter.timer);
    const { missing, late } = waiter;
    for (const [gatewayId, untilMs] of missing) {
      if (untilMs > nowMs) continue;
      missing.delete(gatewayId);
      late.push(gatewayId);
    }
    if (missing.size === 0) {
      this.#waiters.delete(waiter);
      waiter.done(late);
      return;
    }
    const nextMs = Math.min(...missing.values());
    waiter.timer = setTimeout(() => this.#look(waiter), Math.ceil(nextMs - nowMs));
  }
}
