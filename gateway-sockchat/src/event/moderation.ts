/**
 * Packet 9 to the person; the others see the sessions end (reference, part 5.4). A silence is the person's own
 * and its moderator's to know (part 4.2), and so is its end, also where it just ran out (bridge table, silence).
 */
import { closings, silent } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { noticePacket } from "../entry.ts";
import { silencePackets } from "../refuse.ts";
import { type Rows, to } from "./row.ts";

export const moderationRows: Rows<"moderation"> = {
  "moderation.kicked": ({ userId, why, untilMs, reason }) => [
    {
      audience: { to: "people", userIds: [userId] },
      closing: why === "flood" ? closings.floodedOut(untilMs) : closings.kicked(untilMs, reason),
    },
  ],
  "moderation.banned": ({ userId, untilMs, reason }) => [
    {
      audience: { to: "people", userIds: [userId] },
      closing: closings.banned(untilMs, reason),
    },
  ],
  "moderation.unbanned": silent("the command's own answer tells the moderator"),
  "moderation.silenced": ({ userId, lengthMs }, _commit, view) => [
    to({ to: "people", userIds: [userId] }, silencePackets(lengthMs, view)),
  ],
  "moderation.unsilenced": ({ userId }, _commit, view) => [
    to({ to: "people", userIds: [userId] }, [noticePacket(notice("unsil"), view)]),
  ],
  "moderation.refilled": silent(
    "it is given on OriginChats alone, whose answer tells the moderator",
  ),
};
