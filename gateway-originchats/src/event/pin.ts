/** Pins (part 2, section 6), to a channel's viewers. */
import type { EventOf } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { messagePin } from "../packet.ts";
import { type Delivery, type Rows, toChannel } from "./row.ts";

function renderPin(
  event: EventOf<"pin.added"> | EventOf<"pin.removed">,
  roster: Roster,
): readonly Delivery[] {
  const channel = roster.channel(event.place.channelId);
  if (channel === undefined) return [];
  return [toChannel(channel, (viewerId) => messagePin(event, channel, viewerId, roster))];
}

export const pinRows: Rows<"pin"> = {
  "pin.added": (event, _commit, { roster }) => renderPin(event, roster),
  "pin.removed": (event, _commit, { roster }) => renderPin(event, roster),
};
