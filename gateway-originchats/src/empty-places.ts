/**
 * Places of which somebody was given an empty page. The stock client shows nothing live in a place whose newest message it
 * does not know, its own words neither (part 1, 3.3), so that the first message there has a page behind it, for those who
 * have that place open. Nobody else is looked through for it.
 */
import type { Place } from "@dragoman/bus-schema";
import type { RosterExtension } from "@dragoman/gateway-kit";

/** Of the newest so many: one that is forgotten shows its first words when it is opened again. */
const placesMax = 10_000;

const keyOf = ({ channelId, threadId }: Place): string => `${channelId}/${threadId ?? ""}`;

export class EmptyPlaces implements RosterExtension {
  readonly #keys = new Set<string>();

  before(): void {
    // Whoever renders a message takes its place out.
  }

  add(place: Place): void {
    this.#keys.add(keyOf(place));
    const [oldest] = this.#keys;
    if (this.#keys.size > placesMax && oldest !== undefined) this.#keys.delete(oldest);
  }

  /** Whether somebody was given an empty page of it since its last message. */
  take(place: Place): boolean {
    return this.#keys.delete(keyOf(place));
  }
}
