/** Packets 4.x: the channel list of everybody who may see the channel. */
import { channelAdded } from "../packet/server.ts";
import { isListedFor, listedChannel } from "../view.ts";
import { type Rows, to } from "./row.ts";

export const channelRows: Rows<"channel"> = {
  "channel.created": ({ channel }, _commit, { roster }) => {
    const userIds = new Set(
      [...roster.sessions]
        .filter((session) => {
          const user = session.protocol === "sockchat" && roster.user(session.userId);
          return user && isListedFor(user, channel, roster);
        })
        .map(({ userId }) => userId),
    );
    if (userIds.size === 0) return [];
    return [to({ to: "people", userIds: [...userIds] }, [channelAdded(listedChannel(channel))])];
  },
};
