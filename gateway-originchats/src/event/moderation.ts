/**
 * Kicks and bans: the person's connections end with this protocol's own words (part 1, 8.2). A silence is this
 * protocol's time-out (8.1).
 */
import { closings, silent } from "@dragoman/gateway-kit";
import { userJoin } from "../packet.ts";
import { timeoutPackets } from "../rejection.ts";
import { nameOf } from "../view.ts";
import { errorPacket } from "../wire.ts";
import { endsPresence } from "./presence.ts";
import { type Delivery, type Rows, toEveryone } from "./row.ts";

export const moderationRows: Rows<"moderation"> = {
  "moderation.kicked": ({ userId, why, untilMs, reason }) => [
    {
      audience: { to: "people", userIds: [userId] },
      closing: why === "flood" ? closings.floodedOut(untilMs) : closings.kicked(untilMs, reason),
    },
  ],
  "moderation.banned": ({ userId, untilMs, reason }, commit, { roster }) => {
    const closing: Delivery = {
      audience: { to: "people", userIds: [userId] },
      closing: closings.banned(untilMs, reason),
    };
    // Others see `user_disconnect`, then `user_leave`; where nobody was connected, only the latter.
    if (endsPresence(commit, userId)) return [closing];
    return [closing, toEveryone(() => ({ cmd: "user_leave", username: nameOf(userId, roster) }))];
  },
  "moderation.unbanned": ({ userId }, _commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined || user.departed) return [];
    return [toEveryone(() => userJoin(user, roster))];
  },
  "moderation.silenced": ({ userId, reason, lengthMs }) => [
    {
      audience: { to: "people", userIds: [userId] },
      packets: () =>
        timeoutPackets(
          reason === "" ? "User timeout set" : `Muted: ${reason}`,
          lengthMs,
          "user_timeout",
        ),
    },
  ],
  // The original says nothing; no other packet shows anything to a stock client.
  "moderation.unsilenced": ({ userId }) => [
    {
      audience: { to: "people", userIds: [userId] },
      packets: () => [errorPacket("user_timeout", "Your time-out is over")],
    },
  ],
  "moderation.refilled": silent("the command's own answer tells who gave it"),
};
