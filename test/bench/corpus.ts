/** A made-up community's messages, each a pure function of its number: texts of common and of rare words. */

/** Channels; the first holds half of all messages. */
export const channels = 200;

const uuid = (kind: number, n: number): string =>
  `0000000${kind}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

export const channelId = (index: number): string => uuid(2, index);
export const messageIdOf = (number: number): string => uuid(1, number);

/** The channel of a message. */
export function channelOf(number: number): string {
  if (number % 2 === 0) return channelId(0);
  return channelId(1 + (((number - 1) / 2) % (channels - 1)));
}

/** Even noise from a whole number, in [0, 1). */
function noise(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

const onsets = "b c d f g h j k l m n p r s t v w st tr pl ch sh th br".split(" ");
const vowels = "a e i o u ea ou".split(" ");
const codas = " n r s t l m nd st rk ng".split(" ");
const pick = (from: readonly string[], share: number): string =>
  from[Math.floor(share * from.length)] ?? "";

/** The word of a rank: the higher the rarer. Its trigrams are as many as those of a language. */
export function word(rank: number): string {
  const syllables = 1 + (rank % 3);
  return Array.from({ length: syllables }, (_, at) => {
    const seed = rank * 31 + at * 7;
    return pick(onsets, noise(seed)) + pick(vowels, noise(seed + 1)) + pick(codas, noise(seed + 2));
  }).join("");
}

const words = 20_000;

/** About sixty characters; word ranks fall off as in talk. */
export function textOf(number: number): string {
  const count = 4 + Math.floor(noise(number * 31) * 14);
  return Array.from({ length: count }, (_, at) => {
    const share = noise(number * 131 + at);
    return word(Math.floor(words * share ** 3));
  }).join(" ");
}
