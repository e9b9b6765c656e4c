/** The running result of a poll, a notice to everybody in its place (bridge table, poll). */
import type { Place, Poll } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { textNotice } from "../bot.ts";
import { noticePacket } from "../entry.ts";
import { resultText } from "../poll.ts";
import { roomAt } from "../room.ts";
import { type Delivery, hearersOf, type Rows, to } from "./row.ts";

function renderResult(place: Place, poll: Poll, view: View): readonly Delivery[] {
  const room = roomAt(place, view.roster);
  if (room === undefined) return [];
  return [to(hearersOf(room), [noticePacket(textNotice(resultText(poll)), view)])];
}

export const pollRows: Rows<"poll"> = {
  "poll.voted": ({ place, poll }, _commit, view) => renderResult(place, poll, view),
  "poll.ended": ({ place, poll }, _commit, view) => renderResult(place, poll, view),
};
