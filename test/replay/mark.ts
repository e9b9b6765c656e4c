/** Marks: the parts of a frame that differ from run to run, and what is still compared of them. */

export type Mark =
  /** Something with a name that the server made up. What is the same there is the same here, and the other way. */
  | { readonly kind: "id"; readonly value: string }
  /** A moment. Its unit is compared, and that moments stand in the same order. `null`: any. */
  | { readonly kind: "time"; readonly unit: "s" | "ms" | "iso"; readonly value: number | null }
  /** A length of time. It is as long, but for the speed of the replay. `null`: any. */
  | { readonly kind: "duration"; readonly value: number | null };

/** A frame with its marks taken out: in `shape` one `hole` stands for each. */
export interface Marked {
  readonly shape: string;
  readonly marks: readonly Mark[];
}

/** A character of private use, which no protocol writes. */
export const hole = "\uf8ff";

/** The unit of a moment that a frame gives as a number. */
export const unitOf = (value: number): "s" | "ms" => (value > 100_000_000_000 ? "ms" : "s");

/** How many times longer or shorter a length of time may be here than in the recording. */
const stretch = 10;

const isAsLong = (theirs: number, ours: number): boolean =>
  theirs === ours || (theirs * ours > 0 && theirs / ours < stretch && ours / theirs < stretch);

/** Seconds by which moments of one event may be apart. */
const apart = 1;

const seconds = ({ unit, value }: Mark & { kind: "time" }): number | null =>
  value === null ? null : unit === "s" ? value : value / 1_000;

/** What of one run stands for what of the other: ids by pairs with names of their own, and moments in order. */
export class Pairs {
  readonly #theirs = new Map<string, string>();
  readonly #ours = new Map<string, string>();
  readonly #oursOf = new Map<string, string>();
  readonly #moments: (readonly [theirs: number, ours: number])[] = [];

  /** @param ids what stands here for ids of the recording from the beginning */
  constructor(ids: ReadonlyMap<string, string>) {
    for (const [theirs, ours] of ids) this.#pair(theirs, ours);
  }

  /** The id here that stands for one of the recording; undefined: none does yet. */
  oursOf(id: string): string | undefined {
    return this.#oursOf.get(id);
  }

  /** All ids of the recording that have one here. */
  get known(): Iterable<string> {
    return this.#oursOf.keys();
  }

  /**
   * The frame in the form in which both sides are compared: ids that are known by their names (`id1`), others
   * as `new1`, `new2` within the frame, moments by unit.
   */
  form(side: "theirs" | "ours", { shape, marks }: Marked): string {
    const names = side === "theirs" ? this.#theirs : this.#ours;
    const fresh = new Map<string, string>();
    const parts = shape.split(hole);
    return parts
      .map((part, n) => {
        const mark = marks[n];
        if (mark === undefined) return part;
        if (mark.kind === "time") return `${part}<time ${mark.unit}>`;
        if (mark.kind === "duration") return `${part}<duration>`;
        if (!fresh.has(mark.value)) fresh.set(mark.value, `new${fresh.size + 1}`);
        return `${part}<${names.get(mark.value) ?? fresh.get(mark.value)}>`;
      })
      .join("");
  }

  /**
   * Takes two frames of one form for the same: their ids stand for each other from now on.
   * @returns what speaks against it; undefined: nothing
   */
  match(theirs: Marked, ours: Marked): string | undefined {
    for (const [n, mark] of theirs.marks.entries()) {
      const other = ours.marks[n];
      const complaint = other === undefined ? "has fewer marks" : this.#matchMark(mark, other);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  }

  #matchMark(theirs: Mark, ours: Mark): string | undefined {
    if (theirs.kind === "id" && ours.kind === "id") return this.#matchId(theirs.value, ours.value);
    if (theirs.kind === "duration" && ours.kind === "duration") {
      const [a, b] = [theirs.value, ours.value];
      return a === null || b === null || isAsLong(a, b) ? undefined : `lasts ${b}, was ${a}`;
    }
    if (theirs.kind === "time" && ours.kind === "time") return this.#matchTime(theirs, ours);
    return `${ours.kind} in the place of ${theirs.kind}`;
  }

  #matchId(theirs: string, ours: string): string | undefined {
    const [a, b] = [this.#theirs.get(theirs), this.#ours.get(ours)];
    if (a !== b) return `names ${b ?? "something new"}, was ${a ?? "something new"}`;
    if (a === undefined) this.#pair(theirs, ours);
    return undefined;
  }

  #pair(theirs: string, ours: string): void {
    const name = `id${this.#theirs.size + 1}`;
    this.#theirs.set(theirs, name);
    this.#ours.set(ours, name);
    this.#oursOf.set(theirs, ours);
  }

  #matchTime(theirs: Mark & { kind: "time" }, ours: Mark & { kind: "time" }): string | undefined {
    const [a, b] = [seconds(theirs), seconds(ours)];
    if (a === null || b === null) return undefined;
    const wrong = this.#moments.find(
      ([was, is]) => (was - a > apart && b - is > apart) || (a - was > apart && is - b > apart),
    );
    if (wrong !== undefined) return `time ${b} stands on the wrong side of ${wrong[1]}`;
    this.#moments.push([a, b]);
    return undefined;
  }
}
