/** Packets 10 and 4.x: what a person looks like and may see has changed (bridge table, People). */
import {
  type Channel,
  type EventOf,
  type RoleId,
  rolesOf,
  sees,
  type UserId,
} from "@dragoman/bus-schema";
import { type Packet, type Roster, silent, type View } from "@dragoman/gateway-kit";
import { channelAdded, channelRemoved, userUpdated } from "../packet/server.ts";
import { isPresent } from "../presence.ts";
import { listedChannel, personOf, slugOf } from "../view.ts";
import { type Out, type Rows, to } from "./row.ts";

/** Packet 10 to everybody who was given the person, and to its own sessions. */
export function changed(userId: UserId, view: View): readonly Out[] {
  const { roster } = view;
  const user = roster.user(userId);
  if (user === undefined) return [];
  const packet = userUpdated(personOf(user, roster));
  const there = [...roster.channels].filter((channel) => isPresent(user, channel, roster));
  return [
    to({ to: "people", userIds: [userId] }, [packet]),
    ...there.map(({ channelId }) => to({ to: "channel", channelId }, [packet], userId)),
  ];
}

/** 4.2 for what the person no longer sees, 4.0 for what it sees now. */
function relisted(
  userId: UserId,
  before: readonly RoleId[],
  after: readonly RoleId[],
  roster: Roster,
): readonly Packet[] {
  const roles = new Map([...roster.roles].map((role) => [role.roleId, role]));
  const seenBy = (roleIds: readonly RoleId[], channel: Channel): boolean =>
    sees(channel, { userId, roles: rolesOf(roleIds, roles) });
  return [...roster.channels]
    .filter(({ kind }) => kind === "text")
    .flatMap((channel) => {
      const was = seenBy(before, channel);
      if (was === seenBy(after, channel)) return [];
      return was ? channelRemoved(slugOf(channel)) : channelAdded(listedChannel(channel));
    });
}

function assigned(event: EventOf<"user.assigned">, _commit: unknown, view: View): readonly Out[] {
  const { userId, before, roleIds } = event;
  const lists = relisted(userId, before, roleIds, view.roster);
  const own = lists.length === 0 ? [] : [to({ to: "people", userIds: [userId] }, lists)];
  return [...changed(userId, view), ...own];
}

export const userRows: Rows<"user"> = {
  "user.joined": silent("only those who are present are listed"),
  "user.departed": ({ userId }) => [
    { audience: { to: "people", userIds: [userId] }, closing: { why: "departed" } },
  ],
  "user.renamed": ({ userId }, _commit, view) => changed(userId, view),
  "user.assigned": assigned,
  // The end of the absorbed account's sessions follows.
  "user.merged": ({ intoId }, _commit, view) => changed(intoId, view),
  "user.revoked": silent("the command's own answer tells its caller"),
};
