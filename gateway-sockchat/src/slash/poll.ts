/** `/vote` (bridge table, poll): in the newest open poll of the place where one stands, or of a whisper with somebody. */
import type { Place } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { findUser } from "../called.ts";
import { sendNotice } from "../entry.ts";
import { placeOf } from "../room.ts";
import { type Call, command, isNumber, type SlashRow, targetOf } from "./row.ts";

/** More numbers than any poll has options. */
const numbersMax = 100;

/** The whisper channel of the caller and whoever is called so; undefined: they have none. */
function whisperWith(call: Call): Place | undefined {
  const { roster } = call.view;
  const other = findUser(targetOf(call), roster);
  if (other === undefined || other.userId === call.user.userId) return undefined;
  for (const { channelId, peopleIds } of roster.channels) {
    const isTheirs = peopleIds?.includes(call.user.userId) && peopleIds.includes(other.userId);
    if (isTheirs === true) return { channelId };
  }
  return undefined;
}

/** All that one chooses, in one command: it takes the place of what one chose before. */
function vote(call: Call): readonly Step[] {
  const words = call.words.filter((word) => word !== "");
  const isNamed = words[0] !== undefined && !isNumber(words[0]);
  const place = isNamed ? whisperWith(call) : placeOf(call.channel);
  const typed = isNamed ? words.slice(1) : words;
  const wellFormed = typed.length > 0 && typed.length <= numbersMax;
  if (place === undefined || !wellFormed || typed.some((word) => !/^[0-9]{1,4}$/.test(word))) {
    return [sendNotice(notice("cmderr"), call.view)];
  }
  const options = typed.map(Number);
  const body = { type: "poll.vote", poll: place, options } as const;
  return [command(call, body, typed.join(" "))];
}

export const pollSlash: readonly SlashRow[] = [
  { names: ["vote"], usage: "/vote [name] number [number ...]", run: vote },
];
