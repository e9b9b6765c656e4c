/** Counts the open connections from each address; an IPv6 address counts as its /64. */
import { addressBlock } from "@dragoman/service-kit";

export class AddressCount {
  readonly #open = new Map<string, number>();

  of(address: string): number {
    return this.#open.get(addressBlock(address)) ?? 0;
  }

  add(address: string): void {
    this.#open.set(addressBlock(address), this.of(address) + 1);
  }

  remove(address: string): void {
    const open = this.of(address) - 1;
    if (open > 0) this.#open.set(addressBlock(address), open);
    else this.#open.delete(addressBlock(address));
  }
}
