/** How people looked in rows of the PHP server, which are many of the same: each is read once. */
import type { Face } from "./item.ts";
import { colorOfText, shownName } from "./typed.ts";

/** Faces that are known at once. */
const facesMax = 50_000;

export class FaceBook {
  readonly #faces = new Map<string, Face>();

  /** @param number null, or not above 0: the row names nobody by a number */
  of(number: number | null, shown: string, color: string | null): Face {
    const key = `${number} ${shown.length} ${shown}${color}`;
    const known = this.#faces.get(key);
    if (known !== undefined) return known;
    const face: Face = {
      number: number !== null && number > 0 ? number : null,
      ...shownName(shown),
      color: colorOfText(color),
      rank: null,
      perms: null,
    };
    if (this.#faces.size >= facesMax) this.#faces.clear();
    this.#faces.set(key, face);
    return face;
  }
}
