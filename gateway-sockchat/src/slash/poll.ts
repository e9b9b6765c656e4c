/** `/vote` (bridge table, poll): in the newest open poll of the place where one stands. */
import type { Step } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { placeOf } from "../room.ts";
import { type Call, command, type SlashRow } from "./row.ts";

/** More numbers than any poll has options. */
const numbersMax = 100;

/** All that one chooses, in one command: it takes the place of what one chose before. */
function vote(call: Call): readonly Step[] {
  const typed = call.words.filter((word) => word !== "");
  const wellFormed = typed.length > 0 && typed.length <= numbersMax;
  if (!wellFormed || typed.some((word) => !/^[0-9]{1,4}$/.test(word))) {
    return [sendNotice(notice("cmderr"), call.view)];
  }
  const options = typed.map(Number);
  const body = { type: "poll.vote", poll: placeOf(call.channel), options } as const;
  return [command(call, body, typed.join(" "))];
}

export const pollSlash: readonly SlashRow[] = [
  { names: ["vote"], usage: "/vote number [number ...]", run: vote },
];
