/** The running result of a poll, a notice to everybody in its place (bridge table, poll). */
import type { Place, Poll } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { noticePacket } from "../entry.ts";
import { resultText } from "../poll.ts";
import { say } from "../rejection.ts";
import { roomAt } from "../room.ts";
import { hearersOf, type Out, type Rows, to } from "./row.ts";

function told(place: Place, poll: Poll, view: View): readonly Out[] {
  const room = roomAt(place, view.roster);
  if (room === undefined) return [];
  return [to(hearersOf(room), [noticePacket(say(resultText(poll)), view)])];
}

export const pollRows: Rows<"poll"> = {
  "poll.voted": ({ place, poll }, _commit, view) => told(place, poll, view),
  "poll.ended": ({ place, poll }, _commit, view) => told(place, poll, view),
};
