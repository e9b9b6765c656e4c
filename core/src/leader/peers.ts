/**
 * The processes that a leader hears of, and since when none of them is of a version that lacks what this one knows
 * (docs/journal.md 1.7). Gateways are heard by their heartbeats, standby cores by their asking whether the leader lives.
 */
import type { ProcessFacts } from "@dragoman/bus-schema";

export interface Peer {
  /** A gateway's id, `core <id>`, or `core` for all cores of versions that do not say who they are. */
  readonly name: string;
  /** Undefined: a version that says nothing of itself. */
  readonly process: ProcessFacts | undefined;
  /** Of a gateway: the last record that it has applied. */
  readonly applied: number | undefined;
  /** Monotonic, in milliseconds. */
  readonly heardMs: number;
}

/** More are not remembered: whoever can send heartbeats can make up names. */
const peersMax = 10_000;

export class Peers {
  readonly #level: number;
  /** A peer that is silent for so long counts no more. */
  readonly #silentMs: number;
  readonly #peers = new Map<string, Peer>();
  /** When one that lacks something was heard last; at first the time at which this leader began to listen. */
  #lackingMs: number;

  /** @param level what this process knows */
  constructor(level: number, silentMs: number, nowMs = performance.now()) {
    this.#level = level;
    this.#silentMs = silentMs;
    this.#lackingMs = nowMs;
  }

  /** @returns whether it was not heard before */
  heard(
    name: string,
    process: ProcessFacts | undefined,
    nowMs = performance.now(),
    applied?: number,
  ): boolean {
    if ((process?.level ?? 1) < this.#level) this.#lackingMs = nowMs;
    const before = this.#peers.get(name);
    if (before === undefined && this.#peers.size >= peersMax) this.#forget(nowMs);
    this.#peers.delete(name);
    if (this.#peers.size < peersMax) {
      this.#peers.set(name, { name, process, applied, heardMs: nowMs });
    }
    return before === undefined;
  }

  /** The leader has heard nobody for a while: the time begins anew. */
  interrupted(nowMs = performance.now()): void {
    this.#lackingMs = nowMs;
  }

  /** For how long every process that was heard has known what this one knows, in milliseconds. */
  knownForMs(nowMs = performance.now()): number {
    return nowMs - this.#lackingMs;
  }

  /** Those that were heard lately, by name. */
  present(nowMs = performance.now()): readonly Peer[] {
    this.#forget(nowMs);
    return [...this.#peers.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  #forget(nowMs: number): void {
    for (const [name, { heardMs }] of this.#peers) {
      // The map is in the order in which they were heard last.
      if (nowMs - heardMs < this.#silentMs) return;
      this.#peers.delete(name);
    }
  }
}
