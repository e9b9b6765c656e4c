/** Names of channels, and their slugs, in the alphabet of Sock Chat reference, 1.2; threads share that space. */
import {
  type ChannelId,
  isLonger,
  isSeen,
  type Rejection,
  type ThreadId,
  withoutUnseen,
} from "@dragoman/bus-schema";
import transliterate from "@sindresorhus/transliterate";
import type { Reading, State } from "../state/shape.ts";
import { unique } from "./name.ts";

const nameMax = 64;
const slugMax = 30;

/** Code points that a channel's name may not have: control, path and NATS-foreign ones. */
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/u;

/**
 * A name is free unless another channel has it: one that is some channel's slug gets another slug.
 * @param ownId the channel that is renamed
 */
export function checkName(
  state: Reading<State>,
  name: string,
  ownId?: ChannelId,
): Rejection | null {
  const why = nameFault(name);
  if (why !== null) return { code: "invalid", field: "name", why };
  const holder = state.channelNames.get(name.toLowerCase());
  return holder === undefined || holder === ownId
    ? null
    : { code: "already_exists", what: "channel", given: name };
}

/** Whose name or slug it is, of channels and threads, whatever the case; undefined: nobody's. */
export function holderOf(state: Reading<State>, name: string): ChannelId | ThreadId | undefined {
  const lower = name.toLowerCase();
  return (
    state.channelNames.get(lower) ?? state.channelSlugs.get(lower) ?? state.threadSlugs.get(lower)
  );
}

/** What shows as nothing, so that a name may look as if it began behind it. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;

/** Why nothing may be called so; null: it may. With `@`, of whatever width, begin whispers alone (bridge table, Channels). */
function nameFault(name: string): string | null {
  if (!isSeen(name)) return "empty";
  if (isLonger(name, nameMax)) return "too long";
  if (name.normalize("NFKC").replace(unseen, "").startsWith("@")) return "alphabet";
  const isUnfit = barred.test(name) || withoutUnseen(name) !== name;
  return isUnfit || name.startsWith(".") ? "alphabet" : null;
}

/** Where the library has another letter than most who write Russian in Latin ones. */
const ownLetters: [string, string][] = [
  ["й", "j"],
  ["Й", "J"],
];

/** A name in letters that slugs have, as far as there are such for it: marks left out, other alphabets in Latin letters. */
function inLatin(name: string): string {
  return transliterate(name.normalize("NFC"), { customReplacements: ownLetters })
    .normalize("NFKD")
    .replace(/\s+/gu, "_")
    .replace(/[^A-Za-z0-9_-]/g, "");
}

const letterOrDigit = /[A-Za-z0-9]/;

/**
 * The name in the alphabet of slugs, cut to 30, unique by `-2`, `-3` (bridge table, Channels). Of whose name no letter is
 * left, it is called by its kind, with a number.
 * @param ownId what has a name already
 * @param above stands in front of it, as a forum's slug does of its threads'
 */
export function slugFor(
  state: Reading<State>,
  { name, kind, above }: { readonly name: string; readonly kind: string; readonly above?: string },
  ownId?: ChannelId | ThreadId,
): string {
  const isTaken = (candidate: string): boolean => {
    const holder = holderOf(state, candidate);
    return holder !== undefined && holder !== ownId;
  };
  const before = above === undefined ? "" : `${above}-`;
  const latin = inLatin(name);
  if (letterOrDigit.test(latin)) return unique(before + latin, slugMax, isTaken);
  const numbered = `${before}${kind === "text" ? "channel" : kind}`;
  for (let n = 1; ; n += 1) {
    const suffix = `-${n}`;
    const candidate = numbered.slice(0, slugMax - suffix.length) + suffix;
    if (!isTaken(candidate)) return candidate;
  }
}
