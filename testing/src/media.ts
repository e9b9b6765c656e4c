/** Small files of every format, each with a secret wherever programs write what nobody should read. */
import { avif, heic, m4a, mp4, quicktime } from "./media/boxes.ts";
import { gif, photograph, png, wav, webp } from "./media/picture.ts";
import type { Sample } from "./media/sample.ts";
import { aac, flac, mp3, webm } from "./media/sound.ts";

export { bytesOf, secret } from "./media/sample.ts";
export { gif, mp4, photograph, quicktime };

/** One of each. */
export const samples: readonly Sample[] = [
  ...[photograph(6), photograph(1), png, webp, gif, heic, avif],
  ...[mp4, quicktime, webm, m4a, mp3, aac, flac, wav],
];
