/** Pinning messages (part 2, section 6). Channels only; a thread's messages cannot be pinned. */
import { allows, MessageId } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, fail } from "../answer.ts";
import { messagePin } from "../packet.ts";
import { findViewedChannel } from "../place.ts";
import { refuse } from "../rejection.ts";
import { type CommandRows, hasRoles, noRoles, optionalText, row } from "./row.ts";

const Shape = z.object({
  channel: optionalText,
  id: optionalText,
  pinned: z.unknown().exactOptional(),
});

const forbidden = "You do not have permission to pin messages in this channel";
const notThere = "Message not found";

/** A channel that is unknown or may not be viewed is one in which the asker may not pin. */
function pin(packet: z.infer<typeof Shape>, ask: Ask, pinned: boolean): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  if (!packet.channel) return fail(ask, "Channel name not provided");
  const { userId } = ask.session;
  const channel = findViewedChannel(packet.channel, ask.session.userId, ask.view.roster);
  if (channel === undefined || !allows(channel, "pin", ask.view.roster.actor(userId))) {
    return fail(ask, forbidden);
  }
  const { id } = packet;
  if (!id) return fail(ask, "Message ID is required");
  if (!MessageId.safeParse(id).success) return fail(ask, notThere);
  return [
    {
      do: "command",
      body: {
        type: pinned ? "pin.add" : "pin.remove",
        place: { channelId: channel.channelId },
        message: id,
      },
      settle: echo(ask, pinned ? "message_pin" : "message_unpin", (commit, { roster }) => {
        const event = commit.events.find(
          (each) => each.type === "pin.added" || each.type === "pin.removed",
        );
        return event && messagePin(event, channel, userId, roster);
      }),
      refuse: refuse(ask, {
        not_permitted: () => forbidden,
        not_found: ({ what }) => (what === "channel" ? forbidden : notThere),
      }),
    },
  ];
}

export const pinCommands = {
  /** The stock client unpins by this, with `pinned: false`. */
  message_pin: row({
    shape: Shape,
    translate: (packet, ask) => pin(packet, ask, packet.pinned !== false),
  }),
  message_unpin: row({ shape: Shape, translate: (packet, ask) => pin(packet, ask, false) }),
} as const satisfies CommandRows;
