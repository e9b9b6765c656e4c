/** Reactions (part 2, section 7), to a channel's viewers. */
import type { EventOf } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { messageReact } from "../packet.ts";
import { type Delivery, type Rows, toChannel } from "./row.ts";

function renderReaction(
  event: EventOf<"reaction.added"> | EventOf<"reaction.removed">,
  roster: Roster,
): readonly Delivery[] {
  const channel = roster.channel(event.place.channelId);
  if (channel === undefined) return [];
  return [toChannel(channel, (viewerId) => messageReact(event, channel, viewerId, roster))];
}

export const reactionRows: Rows<"reaction"> = {
  "reaction.added": (event, _commit, { roster }) => renderReaction(event, roster),
  "reaction.removed": (event, _commit, { roster }) => renderReaction(event, roster),
};
