/** People's coming into and going out of the community for good (part 3, 3.2 and 3.4). */
import { silent } from "@dragoman/gateway-kit";
import { userJoin } from "../packet.ts";
import { nameOf } from "../view.ts";
import { endsPresence } from "./presence.ts";
import { type Rows, type To, toEveryone } from "./row.ts";

export const userRows: Rows<"user"> = {
  "user.joined": ({ user }, _commit, { roster }) => {
    const joined = roster.user(user.userId);
    return joined === undefined ? [] : [toEveryone(() => userJoin(joined, roster))];
  },
  "user.departed": ({ userId }, commit, { roster }) => {
    const closing: To = {
      audience: { to: "people", userIds: [userId] },
      closing: { why: "departed" },
    };
    // Where presence ends in the same commit, `user_leave` follows the `user_disconnect` there.
    if (endsPresence(commit, userId)) return [closing];
    return [closing, toEveryone(() => ({ cmd: "user_leave", username: nameOf(userId, roster) }))];
  },
  "user.revoked": silent("its asker gets the answer; the tokens are refused when they are used"),
};
