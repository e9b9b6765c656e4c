/**
 * Names and nicknames: which are allowed, which are taken, and handles, in the alphabet of Sock Chat reference, 1.2.
 * Uniqueness is over names, handles and nicknames whatever the case, and over what merely looks the same (bridge table, People).
 */
import {
  codePoints,
  isLonger,
  nicknameMax,
  type Rejection,
  type UserId,
} from "@dragoman/bus-schema";
import { nicknameKey, skeleton } from "../state/likeness.ts";
import type { Reading, State } from "../state/shape.ts";

/** Code points of an account name (OriginChats part 1, 2.5). */
const nameMin = 2;
export const nameMax = 32;

const alphabet = /^[\p{L}\p{N}_-]+$/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** Letters that show as nothing, such as the Hangul fillers. */
const unseen = /\p{Default_Ignorable_Code_Point}/u;

/** What reserved names look like: those that the community speaks under, and those of the edges' protocols. */
export function reservedNames(ofEdges: readonly string[]): ReadonlySet<string> {
  return new Set(["banned", "server", "system", ...ofEdges].map(skeleton));
}

/** What decides whether a name is free: the people, and the names that nobody may have. */
export interface TakenNames {
  readonly state: Reading<State>;
  readonly inputs: { readonly reservedNames: ReadonlySet<string> };
}

/**
 * Whether a name is reserved, or somebody's name or nickname (departed people's names included), or looks like
 * one that is. What is `forId`'s own is not taken for that person.
 */
export function nameTaken({ state, inputs }: TakenNames, name: string, forId?: UserId): boolean {
  const seen = skeleton(name);
  if (inputs.reservedNames.has(seen)) return true;
  const owners = [
    state.skeletons.get(seen),
    state.names.get(name.trim().toLowerCase()),
    state.nicknames.get(nicknameKey(name)),
  ];
  return owners.some((owner) => owner !== undefined && owner !== forId);
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

const controls = /[\p{Cc}\p{Surrogate}]/gu;
const seen = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u;

/** A nickname as it is kept: without control characters and white space around it. */
export function cleanNickname(typed: string): string {
  return typed.replace(controls, "").trim();
}

/** Nicknames are free, but for their length and that something of them must show. */
export function checkNickname(nickname: string): Rejection | null {
  if (isLonger(nickname, nicknameMax)) {
    return { code: "too_long", field: "nickname", max: nicknameMax };
  }
  return seen.test(nickname) ? null : { code: "invalid", field: "nickname", why: "unseen" };
}

/** Code points, so that it fits its shape's UTF-16 units whatever the script. */
const handleMax = 32;

/**
 * The name in the alphabet of handles (Sock Chat reference, 1.2), made unique by `-2`, `-3` where it is taken, but not
 * by `forId`.
 */
export function handleFor(state: Reading<State>, name: string, forId?: UserId): string {
  const clean = name
    .replace(/\s/gu, "_")
    .replace(/\p{Cc}/gu, "")
    .replace(/^~+/, "");
  const base = clean === "" ? "user" : clean;
  return unique(base, handleMax, (candidate) => {
    const owner = state.names.get(candidate.toLowerCase());
    return owner !== undefined && owner !== forId;
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
