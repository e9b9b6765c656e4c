/**
 * A digest of a set of sessions, whatever their order, that is kept as they come and go (docs/journal.md 4.6). Ids are
 * random, so that an ordinary hash tells two sets apart; it is no proof against anybody.
 */
import type { SessionId } from "./id.ts";

/** FNV-1a, of 32 bits. */
function hashOf(text: string, basis: number): number {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

export class SessionSet {
  readonly #ids = new Set<SessionId>();
  #low = 0;
  #high = 0;

  constructor(ids: Iterable<SessionId> = []) {
    for (const id of ids) this.add(id);
  }

  get digest(): string {
    return `${this.#ids.size}-${this.#high.toString(36)}-${this.#low.toString(36)}`;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: SessionId): boolean {
    return this.#ids.has(id);
  }

  ids(): SessionId[] {
    return [...this.#ids];
  }

  /** @returns whether it was not there */
  add(id: SessionId): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    this.#toggle(id);
    return true;
  }

  /** @returns whether it was there */
  delete(id: SessionId): boolean {
    if (!this.#ids.delete(id)) return false;
    this.#toggle(id);
    return true;
  }

  clear(): void {
    this.#ids.clear();
    this.#low = 0;
    this.#high = 0;
  }

  #toggle(id: SessionId): void {
    this.#low = (this.#low ^ hashOf(id, 0x811c9dc5)) >>> 0;
    this.#high = (this.#high ^ hashOf(id, 0x9e3779b9)) >>> 0;
  }
}
