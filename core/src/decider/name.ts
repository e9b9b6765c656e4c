/**
 * Names and nicknames: which are allowed, which are taken, and handles, in the alphabet of Sock Chat reference, 1.2.
 * Uniqueness is over names, handles and nicknames whatever the case, and over what merely looks the same (bridge table, People).
 */
import {
  beginning,
  codePoints,
  isLonger,
  isSeen,
  nicknameMax,
  type Rejection,
  type UserId,
  withoutUnseen,
} from "@dragoman/bus-schema";
import { nicknameKey, skeletonsOf, wordSkeletonsOf } from "../state/likeness.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import { inOneScript, isOneScript } from "./script.ts";

/** Code points of an account name (OriginChats part 1, 2.5). */
const nameMin = 2;
const nameMax = 32;

/** Letters and digits of any script, with the signs that are letters in theirs; `_` and `-`. */
const inAlphabet = /[\p{L}\p{N}_-]|(?!\p{Script=Inherited})\p{M}/u;
const letterOrDigit = /[\p{L}\p{N}]/u;
/** What is somebody's number, or looks like one. */
const digitsAlone = /^[\p{N}\s]+$/u;
const controls = /[\p{Cc}\p{Surrogate}]/gu;

/** Names that mean everybody, the community itself, or in the audit log whoever has its machine. */
const speakers = ["banned", "everyone", "here", "operator", "server", "system"];
/** What a person may be, by the operator's word alone. */
const titles: ReadonlySet<string> = new Set(
  ["admin", "moderator", "owner"].flatMap(wordSkeletonsOf),
);

/** What reserved names look like: titles, what the community speaks under, and the names of the edges' protocols. */
export function reservedNames(ofEdges: readonly string[]): ReadonlySet<string> {
  return new Set([...titles, ...[...speakers, ...ofEdges].flatMap(wordSkeletonsOf)]);
}

/** What decides whether a name is free: the people, and the names that nobody may have. */
export interface TakenNames {
  readonly state: Reading<State>;
  readonly inputs: { readonly reservedNames: ReadonlySet<string> };
}

/** Who gives a name: an operator may give titles. */
type Giver = "person" | "operator";

/**
 * Whether a name is reserved, or somebody's name or nickname (departed people's names included), or looks like
 * one that is. What is `forId`'s own, and what looks like it, is not taken for that person.
 */
export function nameTaken(
  { state, inputs }: TakenNames,
  name: string,
  forId?: UserId,
  giver: Giver = "person",
): boolean {
  const isOther = (owner: UserId | undefined): boolean => owner !== undefined && owner !== forId;
  const exact = [
    state.names.get(name.trim().toLowerCase()),
    state.nicknames.get(nicknameKey(name)),
  ];
  if (exact.some(isOther)) return true;
  const seen = skeletonsOf(name);
  const own = forId === undefined ? undefined : state.people.get(forId);
  if (own !== undefined && ownSkeletons(own).some((each) => seen.includes(each))) return false;
  const isReserved = (words: string): boolean =>
    inputs.reservedNames.has(words) && (giver === "person" || !titles.has(words));
  return (
    wordSkeletonsOf(name).some(isReserved) ||
    seen.some(
      (each) => isOther(state.skeletons.get(each)) || isOther(state.nicknameSkeletons.get(each)),
    )
  );
}

function ownSkeletons({ user }: Person): readonly string[] {
  const { name, handle, nickname, lastingNickname } = user;
  return [name, handle, nickname, lastingNickname].flatMap((each) =>
    typeof each === "string" ? skeletonsOf(each) : [],
  );
}

const badAlphabet = { code: "bad_login", why: "name_alphabet" } as const;

/** The form of a new account's name: 2-32 code points after trimming; letters, digits, `_` and `-`, not digits alone. */
export function checkName(name: string): Rejection | null {
  const trimmed = name.trim();
  const length = codePoints(trimmed);
  if (length < nameMin || length > nameMax) return { code: "bad_login", why: "name_length" };
  if (digitsAlone.test(trimmed)) return badAlphabet;
  return alphabetic(trimmed) === trimmed && letterOrDigit.test(trimmed) ? null : badAlphabet;
}

/**
 * Why an account may not be called so, its form apart; null: it may. That a name is taken is said before its letters
 * are found to be of several scripts: then it is said of whom it looks like, too.
 */
export function checkFree(
  context: TakenNames,
  name: string,
  forId?: UserId,
  giver?: Giver,
): Rejection | null {
  if (nameTaken(context, name, forId, giver)) return { code: "bad_login", why: "taken" };
  return isOneScript(name) ? null : badAlphabet;
}

/** The text without all that no name holds. */
function alphabetic(text: string): string {
  return [...withoutUnseen(text)].filter((char) => inAlphabet.test(char)).join("");
}

/** What a provider calls somebody, without what no name of anybody holds: it shows, is of one script, and is no number. */
function shownOutside(given: string): string {
  const shown = inOneScript(withoutUnseen(given.normalize("NFC").replace(controls, ""))).trim();
  return digitsAlone.test(shown) ? `_${shown}` : shown;
}

/**
 * What a provider calls somebody as an account name: blanks as `_`, then what no account name holds left out. Whoever
 * has no more than that is `user`.
 */
export function outsideName(given: string): string {
  const joined = shownOutside(given).replace(/\s+/gu, "_");
  const kept = alphabetic(joined);
  const words = kept.split("_").filter((word) => word !== "");
  const name = kept === given ? kept : words.join("_");
  if (!letterOrDigit.test(name)) return "user";
  return digitsAlone.test(name) ? `_${name}` : name;
}

/**
 * A free name and handle after what a provider calls somebody. Sites have names of other forms than we, and
 * there the handle stays as near to the given one as it is safe (bridge table, Names).
 */
export function outsideNames(
  context: TakenNames,
  given: string,
  forId?: UserId,
): { readonly name: string; readonly handle: string } {
  const isTaken = (candidate: string): boolean => nameTaken(context, candidate, forId);
  return {
    name: unique(outsideName(given), nameMax, isTaken),
    handle: unique(plainHandle(shownOutside(given)), handleMax, isTaken),
  };
}

/**
 * A nickname as it is kept: without control characters, without what shows as nothing, and without white space around it.
 * One that shows nothing stays as it is typed, to be refused.
 */
export function cleanNickname(typed: string): string {
  const plain = typed.replace(controls, "").trim();
  return isSeen(plain) ? withoutUnseen(plain).trim() : plain;
}

/**
 * Why a nickname may not be `forId`'s; null: it may. It is free but for its length: something of it must show, it is
 * no number, nobody else's and looks like nobody else's, and its letters are of one script.
 */
export function checkNickname(
  context: TakenNames,
  nickname: string,
  forId: UserId,
): Rejection | null {
  if (isLonger(nickname, nicknameMax)) {
    return { code: "too_long", field: "nickname", max: nicknameMax };
  }
  if (!isSeen(nickname)) return { code: "invalid", field: "nickname", why: "unseen" };
  if (digitsAlone.test(nickname)) return { code: "invalid", field: "nickname", why: "digits" };
  if (nameTaken(context, nickname, forId)) {
    return { code: "already_exists", what: "user", given: nickname };
  }
  return isOneScript(nickname) ? null : { code: "invalid", field: "nickname", why: "scripts" };
}

/** Code points, so that it fits its shape's UTF-16 units whatever the script. */
const handleMax = 32;

/**
 * The name in the alphabet of handles (Sock Chat reference, 1.2), made unique by `-2`, `-3` where it is taken, but not
 * by `forId`.
 */
export function handleFor(state: Reading<State>, name: string, forId?: UserId): string {
  return unique(plainHandle(name), handleMax, (candidate) => {
    const owner = state.names.get(candidate.toLowerCase());
    return owner !== undefined && owner !== forId;
  });
}

function plainHandle(name: string): string {
  const clean = name
    .replace(/\s/gu, "_")
    .replace(/\p{Cc}/gu, "")
    .replace(/^~+/, "");
  return clean === "" ? "user" : clean;
}

/** As many whole letters of the base as readers see them as have `max` code points, with `-2`, `-3` ... while it is taken. */
export function unique(base: string, max: number, isTaken: (candidate: string) => boolean): string {
  for (let n = 1; ; n += 1) {
    const suffix = n === 1 ? "" : `-${n}`;
    const candidate = beginning(base, max - suffix.length) + suffix;
    if (!isTaken(candidate)) return candidate;
  }
}
