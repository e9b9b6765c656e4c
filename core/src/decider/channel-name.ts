/** Names of channels, and their slugs, in the alphabet of Sock Chat reference, 1.2; threads share that space. */
import { type ChannelId, isLonger, type Rejection, type ThreadId } from "@dragoman/bus-schema";
import type { Reading, State } from "../state/shape.ts";
import { unique } from "./name.ts";

const nameMax = 64;
const slugMax = 30;

/** Code points that a channel's name may not have: control, path and NATS-foreign ones. */
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/u;

/** @param ownId the channel that is renamed */
export function checkName(
  state: Reading<State>,
  name: string,
  ownId?: ChannelId,
): Rejection | null {
  const why = nameFault(name);
  if (why !== null) return { code: "invalid", field: "name", why };
  const holder = nameHolder(state, name);
  return holder === undefined || holder === ownId
    ? null
    : { code: "already_exists", what: "channel", given: name };
}

/** The channel or thread that has the name; undefined: it is free. They share one space of names. */
function nameHolder(state: Reading<State>, name: string): ChannelId | ThreadId | undefined {
  const lower = name.toLowerCase();
  return state.channelNames.get(lower) ?? state.threadSlugs.get(lower);
}

/** What shows as nothing, so that a name may look as if it began behind it. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;

/** Why nothing may be called so; null: it may. With `@`, of whatever width, begin whispers alone (bridge table, Channels). */
function nameFault(name: string): string | null {
  if (name === "") return "empty";
  if (isLonger(name, nameMax)) return "too long";
  if (name.normalize("NFKC").replace(unseen, "").startsWith("@")) return "alphabet";
  return barred.test(name) || name.startsWith(".") ? "alphabet" : null;
}

/** The name in the alphabet of slugs, cut to 30, unique by `-2`, `-3` (bridge table, Channels). */
export function slugFor(state: Reading<State>, name: string, ownId?: ChannelId | ThreadId): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\s+/gu, "_")
    .replace(/[^A-Za-z0-9_-]/g, "");
  return unique(plain === "" ? "channel" : plain, slugMax, (candidate) => {
    const holder = nameHolder(state, candidate);
    return holder !== undefined && holder !== ownId;
  });
}
