/**
 * Whether each gateway still lives: how long it has sent no heartbeat, counted only over time in which the leader
 * could have heard it (docs/journal.md 4.6). A leader that stood still, or was cut off, does not take its own
 * absence for theirs.
 */
import type { GatewayId } from "@dragoman/bus-schema";

export class Liveness {
  readonly #limitMs: number;
  readonly #silentMs = new Map<GatewayId, number>();

  /** @param limitMs silence after which a gateway has let go of its sessions */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  heard(gatewayId: GatewayId): void {
    this.#silentMs.set(gatewayId, 0);
  }

  /** After a start, a wake or a reconnect every gateway has the whole time again. */
  reset(): void {
    this.#silentMs.clear();
  }

  /**
   * Lets `spentMs` of the leader's listening time pass.
   * @param known the gateways that hold sessions
   * @returns those whose time is over, each time until they hold none: sessions are closed some at a time
   */
  elapse(
    known: { has(id: GatewayId): boolean; keys(): Iterable<GatewayId> },
    spentMs: number,
  ): readonly GatewayId[] {
    const lost: GatewayId[] = [];
    for (const gatewayId of this.#silentMs.keys()) {
      if (!known.has(gatewayId)) this.#silentMs.delete(gatewayId);
    }
    for (const gatewayId of known.keys()) {
      const silentMs = (this.#silentMs.get(gatewayId) ?? 0) + spentMs;
      this.#silentMs.set(gatewayId, silentMs);
      if (silentMs >= this.#limitMs) lost.push(gatewayId);
    }
    return lost;
  }
}
