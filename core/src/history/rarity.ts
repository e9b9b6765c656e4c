/**
 * Which trigrams of a text are rare in a place, by a sample of its texts: an index that is asked for the rarest
 * few reads little, where the common ones would have it read nearly all.
 */

/** Code points of what the index can find. */
const trigramLength = 3;

/** The trigrams of a text, each once; none of a shorter text. */
export function trigramsOf(text: string): readonly string[] {
  const points = Array.from(text);
  const found = new Set<string>();
  for (let at = 0; at + trigramLength <= points.length; at += 1) {
    found.add(points.slice(at, at + trigramLength).join(""));
  }
  return [...found];
}

/** Places of which a sample is kept; the one that was asked for longest ago goes first. */
const placesMax = 32;

type Counts = ReadonlyMap<string, number>;

export class Rarity {
  readonly #sample: (place: number) => Iterable<string>;
  readonly #places = new Map<number, Counts>();

  /** @param sample some texts of a place; asked for once, when the place is first searched */
  constructor(sample: (place: number) => Iterable<string>) {
    this.#sample = sample;
  }

  /** So many of the text's trigrams, the rarest first. */
  rarest(place: number, text: string, count: number): readonly string[] {
    const counts = this.#countsOf(place);
    return [...trigramsOf(text)]
      .sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))
      .slice(0, count);
  }

  #countsOf(place: number): Counts {
    const known = this.#places.get(place) ?? this.#count(place);
    this.#places.delete(place);
    this.#places.set(place, known);
    const oldest = this.#places.keys().next();
    if (this.#places.size > placesMax && !oldest.done) this.#places.delete(oldest.value);
    return known;
  }

  #count(place: number): Counts {
    const counts = new Map<string, number>();
    for (const text of this.#sample(place)) {
      for (const trigram of trigramsOf(text)) counts.set(trigram, (counts.get(trigram) ?? 0) + 1);
    }
    return counts;
  }
}
