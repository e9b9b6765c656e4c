/**
 * The canary of a gateway: every few seconds it says a number at its own socket, which goes the way of what people say, up
 * to the sockets of the canaries of all gateways. What they hear, and what they miss, is measured and said in words
 * (docs/decisions/canary.md).
 */
import { type CanarySignal, type GatewayId, gatewayKind, Protocol } from "@dragoman/bus-schema";
import type { GatewayMetrics } from "../metrics.ts";

/** Of so many other gateways it is known what was heard. */
const gatewaysMax = 256;
/** Silent for so many intervals, something does not cross. */
const lateIntervals = 3;
/** Of a gateway that has been silent for so long nothing is expected any more. */
const forgottenMs = 600_000;
/** So far a number may stand before what its gateway's interval explains: some were late, or the interval was another. */
const aheadMax = 1_000;
/** What a silence counts at most as lost, for whoever says it can name any interval. */
const missedMax = 1_000;

/** What one gateway's canary was last heard of. */
interface Heard {
  readonly protocol: Protocol;
  n: number;
  everyMs: number;
  /** On the monotonic clock. */
  atMs: number;
  /** Those that are missing behind `n`, and counted as lost. */
  missed: number;
}

export interface CanaryOptions {
  readonly protocol: Protocol;
  readonly gatewayId: GatewayId;
  readonly metrics: Pick<GatewayMetrics, "canarySent" | "canaryTime" | "canaryLost" | "canaryAge">;
  /** The interval; 0: there is no canary. */
  readonly everyMs: () => number;
  /** The journal's time here. */
  readonly nowMs: () => number;
  /** Says a number at the gateway's own socket. @returns false: there is no socket now */
  readonly say: (n: number) => boolean;
}

export class Canary {
  readonly #options: CanaryOptions;
  readonly #heard = new Map<GatewayId, Heard>();
  /** When each number was said, on the monotonic clock. */
  readonly #said = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #n = 0;
  /** Since when none of our own came back. */
  #sinceMs = performance.now();
  /** The leader knows no canaries, or not all processes do. */
  #isUnknown = false;

  constructor(options: CanaryOptions) {
    this.#options = options;
  }

  /** Says one at each interval; the first after a part of it, so that gateways that start together do not speak together. */
  start(): void {
    this.#arm(Math.random());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(share: number): void {
    const everyMs = this.#options.everyMs();
    // Switched off, it is looked now and then whether it still is.
    const waitMs = everyMs > 0 ? everyMs * share : forgottenMs;
    this.#timer = setTimeout(() => {
      if (this.#options.everyMs() > 0) this.#say();
      this.look(performance.now());
      this.#arm(1);
    }, waitMs).unref();
  }

  #say(): void {
    const { metrics, say } = this.#options;
    this.#n += 1;
    metrics.canarySent.inc();
    if (this.#said.size === 0) this.#sinceMs = performance.now();
    this.#said.set(this.#n, performance.now());
    say(this.#n);
  }

  /** What became of the newest at the leader. Of one that does not know canaries nothing is expected. */
  settled(how: "told" | "refused as unknown"): void {
    this.#isUnknown = how !== "told";
    if (this.#isUnknown) this.#said.clear();
  }

  /** The canary's socket was told of one, by whichever gateway it was said. */
  hear({ gatewayId, n, saidAt, everyMs }: CanarySignal, atMs: number): void {
    const { gatewayId: own, metrics, nowMs } = this.#options;
    const kind = Protocol.safeParse(gatewayKind(gatewayId));
    if (!kind.success) return;
    const from = kind.data;
    if (gatewayId === own) this.#hearOwn(n, atMs);
    else metrics.canaryTime.observe({ from }, Math.max(0, nowMs() - saidAt) / 1_000);
    if (everyMs === 0) {
      this.#heard.delete(gatewayId);
      return;
    }
    const before = this.#heard.get(gatewayId);
    if (before === undefined && this.#heard.size >= gatewaysMax) return;
    if (before !== undefined) {
      if (n <= before.n) return;
      // Whoever has a gateway's credentials can say any number in the name of another of its kind.
      const due = (atMs - before.atMs) / Math.min(everyMs, before.everyMs);
      if (n - before.n > due + aheadMax) return;
      metrics.canaryLost.inc({ from }, Math.max(0, n - before.n - 1 - before.missed));
    } else metrics.canaryLost.inc({ from }, 0);
    metrics.canaryAge.set({ from }, 0);
    this.#heard.set(gatewayId, { protocol: from, n, everyMs, atMs, missed: 0 });
  }

  #hearOwn(n: number, atMs: number): void {
    const { protocol: from, metrics } = this.#options;
    const saidMs = this.#said.get(n);
    if (saidMs !== undefined) metrics.canaryTime.observe({ from }, (atMs - saidMs) / 1_000);
    for (const older of this.#said.keys()) if (older <= n) this.#said.delete(older);
    this.#sinceMs = atMs;
  }

  /** Counts what is missing by now. */
  look(atMs: number): void {
    const { metrics } = this.#options;
    const ages = new Map<Protocol, number>();
    for (const [gatewayId, heard] of this.#heard) {
      const ageMs = atMs - heard.atMs;
      if (ageMs > forgottenMs) {
        this.#heard.delete(gatewayId);
        continue;
      }
      // One that is due has two intervals' time: what is late is not lost.
      const due = Math.max(0, Math.floor(ageMs / heard.everyMs) - 2);
      const missing = Math.min(missedMax, due);
      if (missing > heard.missed) {
        metrics.canaryLost.inc({ from: heard.protocol }, missing - heard.missed);
        heard.missed = missing;
      }
      ages.set(heard.protocol, Math.max(ages.get(heard.protocol) ?? 0, ageMs));
    }
    for (const [from, ageMs] of ages) metrics.canaryAge.set({ from }, ageMs / 1_000);
    for (const n of this.#said.keys()) if (n <= this.#n - gatewaysMax) this.#said.delete(n);
  }

  /** What does not cross, in words; undefined: all does that is known to be said. */
  warning(atMs: number): string | undefined {
    const { protocol, gatewayId: own } = this.#options;
    const everyMs = this.#options.everyMs();
    if (everyMs === 0) return undefined;
    const words: string[] = [];
    const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
    const ownMs = atMs - this.#sinceMs;
    if (!this.#isUnknown && this.#said.size > 0 && ownMs > everyMs * lateIntervals) {
      words.push(`what is said here does not come back: no canary for ${seconds(ownMs)}`);
    }
    for (const [gatewayId, { protocol: from, everyMs: theirs, atMs: heardMs }] of this.#heard) {
      const silentMs = atMs - heardMs;
      if (gatewayId === own || silentMs <= theirs * lateIntervals) continue;
      if (silentMs > forgottenMs) continue;
      words.push(
        `nothing crosses from ${from} to ${protocol}: no canary of ${gatewayId} for ${seconds(silentMs)}`,
      );
      if (words.length >= 4) break;
    }
    return words.length === 0 ? undefined : words.join("; ");
  }
}
