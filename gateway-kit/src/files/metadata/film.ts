/** Files of boxes: MP4, QuickTime, 3GP, M4A, HEIF and AVIF. What is taken out is zeroed where it lies. */
import { type Box, Budget, blank, type Loaded, topBoxes } from "./boxes.ts";
import { planItems } from "./items.ts";
import { planMovie } from "./movie.ts";
import { type Changes, changed, type Source, sure } from "./source.ts";

/** The longest description that is read: that of a film of many hours. */
const loadedBytesMax = 16 * 1024 * 1024;
const kept: ReadonlySet<string> = new Set([
  "ftyp",
  "styp",
  "mdat",
  "sidx",
  "ssix",
  "mfra",
  "pdin",
  "wide",
]);

/** @throws UnreadableError before the first byte where the file is not as its format says */
export async function* boxesWithoutMetadata(source: Source): AsyncGenerator<Uint8Array> {
  const changes: Changes = { blanks: [], writes: [] };
  const budget = new Budget();
  const load = async (box: Box): Promise<Loaded> => {
    sure(box.end - box.start <= loadedBytesMax, "a description of no sensible length");
    const bytes = await source.read(box.start, box.end - box.start);
    sure(bytes.length === box.end - box.start, "a box is cut off");
    return { bytes, from: box.start, fileSize: source.size, budget, changes };
  };
  let isFragmented = false;
  let others = 0;
  for await (const box of topBoxes(source, budget)) {
    if (kept.has(box.type)) continue;
    if (box.type === "meta") planItems(box, await load(box));
    else if (box.type === "moov" || box.type === "moof") {
      others += planMovie(box, await load(box));
      isFragmented ||= box.type === "moof";
    } else blank(changes, box);
  }
  sure(!isFragmented || others === 0, "tracks of another kind in fragments");
  yield* changed(source, changes);
}
