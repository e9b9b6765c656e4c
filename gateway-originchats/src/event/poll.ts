/** Polls (part 2, 13.3 and 13.4), to the viewers of the place. A new one comes with its message. */
import type { Place, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { pollEnd, pollVoteUpdate } from "../packet.ts";
import { type Delivery, type Rows, toChannel } from "./row.ts";

function toViewers(
  { channelId }: Place,
  roster: Roster,
  build: (viewerId: UserId | undefined) => object,
): readonly Delivery[] {
  const channel = roster.channel(channelId);
  return channel === undefined ? [] : [toChannel(channel, build)];
}

export const pollRows: Rows<"poll"> = {
  "poll.voted": (event, _commit, { roster }) =>
    toViewers(event.place, roster, (viewerId) => pollVoteUpdate(event, viewerId, roster)),
  "poll.ended": (event, _commit, { roster }) =>
    toViewers(event.place, roster, (viewerId) => pollEnd(event, viewerId, roster)),
};
