/** People's coming into and going out of the community for good (part 3, 3.2 and 3.4). */
import { type EventOf, type RoleId, rolesOf as resolve, sees } from "@dragoman/bus-schema";
import { type Roster, silent, type View } from "@dragoman/gateway-kit";
import { ready } from "../auth.ts";
import { channelsGet, userConnect, userJoin, usersList } from "../packet.ts";
import { isHidden, nameOf, rolesOf } from "../view.ts";
import { encode } from "../wire.ts";
import { endsPresence } from "./presence.ts";
import { type Rows, type To, toEveryone } from "./row.ts";

/** The whole list anew, to each as it is for them. */
const listToEach = (roster: Roster): To => ({
  audience: { to: "everyone" },
  personal: ({ session }) => (session ? [encode(usersList(session.userId, roster))] : []),
});

/**
 * Part 3, 3.3 and part 1, 8.2: the original's broadcast, the one that clients know, and presence under the new
 * name. The person's own connections learn their name from `ready` alone.
 */
function renamed(event: EventOf<"user.renamed">, _commit: unknown, { roster }: View): To[] {
  const { userId, name, before } = event;
  const user = roster.user(userId);
  if (user === undefined) return [];
  const names = { username: name, nickname: null };
  const told: To[] = [
    toEveryone(() => ({ cmd: "user_updated", user_id: userId, ...names })),
    toEveryone(() => ({ cmd: "user_update", user: before, ...names })),
  ];
  if (roster.isOnline(userId) && !isHidden(user)) {
    told.push(
      toEveryone(() => ({ cmd: "user_disconnect", username: before })),
      toEveryone(() => userConnect(user, roster)),
    );
  }
  told.push(listToEach(roster), {
    audience: { to: "people", userIds: [userId] },
    personal: (client) => {
      // Whoever is signing in by this very commit is told with its own `ready`.
      const isIn = client.session && roster.session(client.session.sessionId) !== undefined;
      return isIn ? [ready(client, user, roster)] : [];
    },
  });
  return told;
}

/** Part 3, 2.4: roles and colour to everybody; the channels to the person, where others are to be seen. */
function assigned(event: EventOf<"user.assigned">, _commit: unknown, { roster }: View): To[] {
  const { userId, before, roleIds } = event;
  const user = roster.user(userId);
  if (user === undefined) return [];
  const told: To[] = [toEveryone(() => rolesOf(user, roster))];
  const roles = new Map([...roster.roles].map((role) => [role.roleId, role]));
  const seenBy = (ids: readonly RoleId[]): string =>
    [...roster.channels]
      .filter((channel) => sees(channel, { userId, roles: resolve(ids, roles) }))
      .map(({ channelId }) => channelId)
      .join();
  if (seenBy(before) !== seenBy(roleIds)) {
    told.push({
      audience: { to: "people", userIds: [userId] },
      packets: () => [encode(channelsGet(userId, roster))],
    });
  }
  return told;
}

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
  "user.renamed": renamed,
  "user.assigned": assigned,
  // `user_leave` follows with the end of the absorbed account's presence.
  "user.merged": (_event, _commit, { roster }) => [listToEach(roster)],
  "user.revoked": silent("its asker gets the answer; the tokens are refused when they are used"),
};
