/** People: what they are called and what they may do (reference, 1.2, 2.2 and part 6; bridge table, People). */
import type { RosterUser } from "@dragoman/bus-schema";
import { closings, silent, type View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { noticePacket } from "../entry.ts";
import { appearanceWith, bareNameOf } from "../view.ts";
import { renderLooks, renderSight, renderUser, renderUserById } from "./person.ts";
import type { Delivery, Rows } from "./row.ts";

/** Packet 10 where the name shows; with the notice if the person did it. */
function renderRenamed(
  user: RosterUser,
  before: Pick<RosterUser, "handle" | "nickname">,
  byItself: boolean,
  view: View,
): readonly Delivery[] {
  const was = bareNameOf(before);
  const is = bareNameOf(user);
  if (was === is) return [];
  return renderUser(user, byItself ? [noticePacket(notice("nick", was, is), view)] : [], view);
}

export const userRows: Rows<"user"> = {
  "user.joined": silent("only those who are present are listed"),
  "user.departed": ({ userId }) => [
    { audience: { to: "people", userIds: [userId] }, closing: closings.departed },
  ],
  "user.erased": silent("whoever was there has gone by the same commit; the lines end one by one"),
  "user.forgotten": silent("quotes that were shown are others' lines"),
  "user.nicknamed": ({ userId, before, byId }, _commit, view) => {
    const user = view.roster.user(userId);
    if (user === undefined) return [];
    const { handle } = user;
    const was = before === null ? { handle } : { handle, nickname: before };
    return renderRenamed(user, was, byId === userId, view);
  },
  "user.renamed": ({ userId }, _commit, view) => {
    const user = view.roster.user(userId);
    return user === undefined || user.nickname !== undefined ? [] : renderUser(user, [], view);
  },
  "user.pictured": silent("there are no pictures"),
  "user.assigned": ({ userId, before: roleIds }, _commit, view) => {
    const { roster } = view;
    const user = roster.user(userId);
    if (user === undefined) return [];
    const before = appearanceWith(user, roleIds, (roleId) => roster.role(roleId));
    return [...renderSight(user, before, view), ...renderLooks(user, before, view)];
  },
  // The end of the absorbed account's sessions follows.
  "user.merged": ({ intoId }, _commit, view) => renderUserById(intoId, view),
  "user.revoked": silent("the command's own answer tells its caller"),
};
