/** Counts the open connections from each address. */
export class AddressCount {
  readonly #open = new Map<string, number>();

  of(address: string): number {
    return this.#open.get(address) ?? 0;
  }

  add(address: string): void {
    this.#open.set(address, this.of(address) + 1);
  }

  remove(address: string): void {
    const open = this.of(address) - 1;
    if (open > 0) this.#open.set(address, open);
    else this.#open.delete(address);
  }
}
