/**
 * Takes out of pictures, films and sounds what cameras and programs wrote about where, when and by whom (OriginChats
 * part 2, 14.1), as they pass. Nothing is decoded, so animation and quality stay. A file that is not as its format says
 * is refused: nobody could be sure what is in it.
 */
import { pngWithoutMetadata, wavWithoutMetadata, webpWithoutMetadata } from "./chunks.ts";
import { boxesWithoutMetadata } from "./film.ts";
import { gifWithoutMetadata } from "./gif.ts";
import { jpegWithoutMetadata } from "./jpeg.ts";
import type { Source } from "./source.ts";
import { flacWithoutTags, framesWithoutTags } from "./tags.ts";
import { webmWithoutMetadata } from "./webm.ts";

type Cleaner = (source: Source, pixelsMax: number) => AsyncIterable<Uint8Array>;

/** What holds none, or only what its author wrote into it by hand. */
const asItIs: Cleaner = (source) => source.stream();

const cleaners: ReadonlyMap<string, Cleaner> = new Map<string, Cleaner>([
  ["image/jpeg", jpegWithoutMetadata],
  ["image/png", pngWithoutMetadata],
  ["image/webp", webpWithoutMetadata],
  ["image/gif", gifWithoutMetadata],
  ["image/bmp", asItIs],
  ["image/svg+xml", asItIs],
  ...["image/avif", "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"].map(
    (mime) => [mime, boxesWithoutMetadata] as const,
  ),
  ...["video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "video/3gpp2"].map(
    (mime) => [mime, boxesWithoutMetadata] as const,
  ),
  ["video/webm", webmWithoutMetadata],
  ["audio/mp4", boxesWithoutMetadata],
  ["audio/x-m4a", boxesWithoutMetadata],
  ["audio/mpeg", framesWithoutTags],
  ["audio/aac", framesWithoutTags],
  ["audio/flac", flacWithoutTags],
  ["audio/wav", wavWithoutMetadata],
]);

/** Whether files of a type leave without such data: all pictures, films and sounds that are known here. */
export const losesMetadata = (mime: string): boolean => cleaners.has(mime);

/**
 * The bytes of a file of that type without such data; of types that are not known here, all of them.
 * @throws UnreadableError, also midway, where it is not as its format says
 */
export const withoutMetadata: (
  mime: string,
  source: Source,
  pixelsMax: number,
) => AsyncIterable<Uint8Array> = (mime, source, pixelsMax) =>
  (cleaners.get(mime) ?? asItIs)(source, pixelsMax);
