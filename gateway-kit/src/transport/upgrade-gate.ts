/** Lets WebSockets in, or says why not with an HTTP status. */
import { addressRanges, type Config } from "@dragoman/service-kit";
import type { FastifyRequest } from "fastify";
import { clientAddress } from "./address.ts";
import { AddressCount } from "./address-count.ts";

export class UpgradeGate {
  readonly #config: Config;
  readonly #isServing: () => boolean;
  readonly #open = new AddressCount();
  /** The proxies as they were read last, and of which setting. */
  #proxies: { readonly of: readonly string[]; readonly has: (address: string) => boolean };

  constructor(config: Config, isServing: () => boolean) {
    this.#config = config;
    this.#isServing = isServing;
    this.#proxies = { of: config.trustedProxies, has: addressRanges(config.trustedProxies) };
  }

  /** Whether an address is one of the operator's proxies. */
  readonly isTrusted = (address: string): boolean => this.#proxies.has(address);

  /** Takes the proxies of the configuration as it is now. */
  renew(): void {
    if (this.#proxies.of === this.#config.trustedProxies) return;
    this.#proxies = {
      of: this.#config.trustedProxies,
      has: addressRanges(this.#config.trustedProxies),
    };
  }

  /** The status of the answer; 101 lets the WebSocket in. */
  judge(request: FastifyRequest): number {
    const { allowedOrigins, limits } = this.#config;
    if (request.url.split("?", 1)[0] !== "/") return 404;
    if (!this.#isServing()) return 503;
    const { origin } = request.headers;
    if (origin !== undefined && !allowedOrigins.includes("*") && !allowedOrigins.includes(origin)) {
      return 403;
    }
    return this.#open.of(this.addressOf(request)) >= limits.connectionsPerAddress ? 503 : 101;
  }

  /** A WebSocket from the address was let in. */
  enter(address: string): void {
    this.#open.add(address);
  }

  /** A WebSocket from the address has ended. */
  leave(address: string): void {
    this.#open.remove(address);
  }

  /** The client's address, through the trusted proxies. */
  addressOf(request: FastifyRequest): string {
    return clientAddress(request.raw.socket.remoteAddress ?? "", request.headers, this.isTrusted);
  }
}
