/** What a refused step sends: the notice of its refusal, and behind that of a silence when it ends. */
import type { Rejection } from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "./bot.ts";
import { noticePacket } from "./entry.ts";
import { type Attempt, type Refusals, refusal } from "./rejection.ts";

/** `silence`, and in words how long, for which no client has a key. `lengthMs` null: for ever. */
export function silencePackets(lengthMs: number | null, view: View): readonly Packet[] {
  const told = noticePacket(notice("silence"), view);
  if (lengthMs === null) return [told];
  const seconds = Math.max(1, Math.ceil(lengthMs / 1000));
  const end = textNotice(`The silence ends in ${seconds} second${seconds === 1 ? "" : "s"}`);
  return [told, noticePacket(end, view)];
}

/** `untilMs` is in the journal's time; null: for ever. */
export const silenceSteps = (untilMs: number | null, view: View): readonly Step[] => [
  {
    do: "send",
    packets: silencePackets(untilMs === null ? null : untilMs - view.nowMs, view),
  },
];

/** The steps of a refusal. `own` are the codes that the command words itself. */
export function sendRefusal(
  rejection: Rejection,
  attempt: Attempt,
  view: View,
  own: Partial<Refusals> = {},
): readonly Step[] {
  if (rejection.code === "silenced") return silenceSteps(rejection.untilMs, view);
  return [{ do: "send", packets: [noticePacket(refusal(rejection, attempt, own), view)] }];
}
