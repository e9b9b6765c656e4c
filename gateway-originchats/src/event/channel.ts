/**
 * Channels (part 3, 1.3): an unasked full list to those who gain one, and to nobody else, since the stock client
 * leaves what it shows when a list comes (part 1, 3.2).
 */
import { channelsGet } from "../packet.ts";
import { type Rows, toEach } from "./row.ts";

export const channelRows: Rows<"channel"> = {
  "channel.created": ({ channel }, _commit, { roster }) => [
    toEach(channel, (viewerId) => channelsGet(viewerId, roster)),
  ],
};
