/** Read marks (part 2, 11.3), to all connections of the person. */
import { unreadsUpdate } from "../packet.ts";
import { shownName } from "../place.ts";
import { type Rows, toPeople } from "./row.ts";

export const unreadRows: Rows<"unread"> = {
  "unread.marked": ({ userId, place, messageId }, _commit, { roster }) => {
    const channel = roster.channel(place.channelId);
    if (channel === undefined || !roster.sees(userId, channel)) return [];
    const name = shownName(channel, userId, roster);
    return [toPeople([userId], () => unreadsUpdate(messageId, name, place.threadId))];
  },
};
