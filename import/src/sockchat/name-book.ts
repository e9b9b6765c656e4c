/**
 * Whose nickname was whose, where lines name nobody but by the name that was shown: as the bot told it in the lines before.
 */
import { type Notice, type ShownName, shownName } from "./typed.ts";

/** Nicknames in use at once; more than that, and the oldest is forgotten. */
const nicksMax = 100_000;
/** Notices after which a nickname is nobody's any more: it is lost with the connection. */
const leaving = new Set(["leave", "kick", "flood"]);

export class NameBook {
  readonly #ownerOf = new Map<string, string>();

  heard({ key, arguments: [first = "", second = ""] }: Notice): void {
    if (key === "nick") this.#renamed(shownName(first), shownName(second));
    else if (leaving.has(key)) this.#forget(shownName(first));
  }

  /** The account's name behind the one that is shown. */
  ownerOf({ name, isNick }: ShownName): string {
    return isNick ? (this.#ownerOf.get(name) ?? name) : name;
  }

  #renamed(before: ShownName, after: ShownName): void {
    const owner = this.ownerOf(before);
    this.#forget(before);
    if (!after.isNick) return;
    this.#ownerOf.set(after.name, owner);
    for (const oldest of this.#ownerOf.keys()) {
      if (this.#ownerOf.size <= nicksMax) break;
      this.#ownerOf.delete(oldest);
    }
  }

  #forget({ name, isNick }: ShownName): void {
    if (isNick) this.#ownerOf.delete(name);
  }
}
