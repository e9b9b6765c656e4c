/** Packet 9 to the person; the others see the sessions end (reference, part 5.4). */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const moderationRows: Rows<"moderation"> = {
  "moderation.kicked": ({ userId, why, untilMs, reason }) => [
    {
      audience: { to: "people", userIds: [userId] },
      closing: why === "flood" ? { why: "flood", untilMs } : { why: "kicked", untilMs, reason },
    },
  ],
  "moderation.banned": ({ userId, untilMs, reason }) => [
    {
      audience: { to: "people", userIds: [userId] },
      closing: { why: "banned", untilMs, reason },
    },
  ],
  "moderation.unbanned": silent("the command's own answer tells the moderator"),
};
