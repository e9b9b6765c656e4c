/**
 * Account names: which are allowed, which are taken, and their form in Sock Chat's alphabet. Uniqueness is
 * over names and handles whatever the case, and over what merely looks the same (bridge table, People).
 */
import { codePoints, type Rejection, type UserId } from "@dragoman/bus-schema";
import type { Reading, State } from "../state/shape.ts";

/** Code points of an account name (OriginChats part 1, 2.5). */
export const nameMin = 2;
export const nameMax = 32;

const alphabet = /^[\p{L}\p{N}_-]+$/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** Letters that show as nothing, such as the Hangul fillers. */
const unseen = /\p{Default_Ignorable_Code_Point}/u;

/** Cyrillic, Greek and digits that pass for Latin letters, in lower case. */
const lookAlikes: ReadonlyMap<string, string> = new Map([
  ...pairs("авгеёзіїјкмнопрсѕтухһьӏԁԛԝү", "abreeziijkmhonpcstyxhbldqwy"),
  ...pairs("αβγεηικμνοπρστυχωϲϳ", "abyenikuvonpotuxwcj"),
  ...pairs("01ıɑɡ", "oliag"),
]);

function pairs(from: string, to: string): [string, string][] {
  const letters = [...to];
  return [...from].map((letter, index) => [letter, letters[index] ?? letter]);
}

/** What a name looks like: names with one skeleton cannot be told apart by eye. */
export function skeleton(name: string): string {
  let folded = "";
  for (const letter of name.normalize("NFKC").toLowerCase()) {
    folded += lookAlikes.get(letter) ?? letter;
  }
  return folded;
}

const reserved: ReadonlySet<string> = new Set(
  ["originchats", "automod", "chatbot", "banned", "server", "system"].map(skeleton),
);

/**
 * Whether a name is reserved, or somebody's (departed people included), or looks like one that is. Those of
 * `exceptId` do not count.
 */
export function nameTaken(state: Reading<State>, name: string, exceptId?: UserId): boolean {
  const seen = skeleton(name);
  const owners = [state.skeletons.get(seen), state.names.get(name.trim().toLowerCase())];
  return reserved.has(seen) || owners.some((owner) => owner !== undefined && owner !== exceptId);
}

/** The form of a new account's name: 2-32 code points after trimming; letters, digits, `_` and `-`. */
export function checkName(name: string): Rejection | null {
  const trimmed = name.trim();
  const length = codePoints(trimmed);
  if (length < nameMin || length > nameMax) return { code: "bad_login", why: "name_length" };
  if (!alphabet.test(trimmed) || !letterOrDigit.test(trimmed) || unseen.test(trimmed)) {
    return { code: "bad_login", why: "name_alphabet" };
  }
  return null;
}

/** Code points, so that it fits its shape's UTF-16 units whatever the script. */
const handleMax = 32;

/** The name in Sock Chat's alphabet (its reference, 1.2), made unique by `-2`, `-3` where it is taken. */
export function handleFor(state: Reading<State>, name: string, exceptId?: UserId): string {
  const clean = name
    .replace(/\s/gu, "_")
    .replace(/\p{Cc}/gu, "")
    .replace(/^~+/, "");
  const base = clean === "" ? "user" : clean;
  return unique(base, handleMax, (candidate) => {
    const owner = state.names.get(candidate.toLowerCase());
    return owner !== undefined && owner !== exceptId;
  });
}

/** The base cut to `max` code points, with `-2`, `-3` ... while it is taken. */
export function unique(base: string, max: number, isTaken: (candidate: string) => boolean): string {
  const letters = [...base];
  for (let n = 1; ; n += 1) {
    const suffix = n === 1 ? "" : `-${n}`;
    const candidate = letters.slice(0, max - suffix.length).join("") + suffix;
    if (!isTaken(candidate)) return candidate;
  }
}
