/** The running result of a poll, a notice to everybody in its place (bridge table, poll). */
import type { EventOf } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { resultText } from "../poll.ts";
import { escapeText } from "../text.ts";
import { renderAbout } from "./about.ts";
import type { Delivery, Rows } from "./row.ts";

const renderResult = (
  event: EventOf<"poll.voted"> | EventOf<"poll.ended">,
  view: View,
): readonly Delivery[] => renderAbout(event, escapeText(resultText(event.poll, view.roster)), view);

export const pollRows: Rows<"poll"> = {
  "poll.voted": (event, _commit, view) => renderResult(event, view),
  "poll.ended": (event, _commit, view) => renderResult(event, view),
};
