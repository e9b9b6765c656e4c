/** People: coming and going for good, names, pictures and roles (part 3, 2.4, 3.2 to 3.4, 3.6). */
import type { Channel, Commit, RosterUser, UserId } from "@dragoman/bus-schema";
import { closings, type Roster, silent } from "@dragoman/gateway-kit";
import { listChannels } from "../channel-list.ts";
import { channelUpdate, ready, userJoin, userLeave, userRolesGet } from "../packet.ts";
import { shownName } from "../place.ts";
import { hasOtherChannels } from "../sight.ts";
import { isHidden, nameOf } from "../view.ts";
import { encode } from "../wire.ts";
import { endsPresence, renderConnect } from "./presence.ts";
import { type Delivery, type Rows, toEachOf, toEveryone, toEveryoneElse, toPeople } from "./row.ts";

function nameBeforeOf(commit: Commit, userId: UserId): string | undefined {
  for (const event of commit.events) {
    if (event.type === "user.renamed" && event.userId === userId) return event.before;
  }
  return undefined;
}

function isNicknamed(commit: Commit, userId: UserId): boolean {
  return commit.events.some((event) => event.type === "user.nicknamed" && event.userId === userId);
}

/**
 * Another changed the person's name or nickname: the original's packet, and the one that the stock client reads
 * (part 1, 8.2). Whoever did it has that one as the answer.
 */
function renderUpdated(user: RosterUser, before: string, commit: Commit): readonly Delivery[] {
  const { userId, name, nickname = null } = user;
  const named = { username: name, nickname };
  return [
    toEveryone(() => ({ cmd: "user_updated", user_id: userId, ...named })),
    toEveryoneElse(commit.cause.sessionId, () => ({ cmd: "user_update", user: before, ...named })),
  ];
}

/** To whom a whisper channel is called by the person: it is shown under another name from now on. */
function renderWhispers(user: RosterUser, before: string, roster: Roster): readonly Delivery[] {
  const nameBefore = (channel: Channel, viewerId: UserId): string =>
    viewerId === user.userId ? shownName(channel, viewerId, roster) : `@${before}`;
  return [...roster.channels]
    .filter(({ peopleIds }) => peopleIds?.includes(user.userId) === true)
    .map((channel) =>
      toEachOf(channel.peopleIds ?? [], (viewerId) =>
        channelUpdate(channel, nameBefore(channel, viewerId), roster, viewerId),
      ),
    );
}

/** The role that everybody has. */
const memberRole = "user";

/**
 * The remaining account gets what channels the absorbed one saw; for those who had a whisper with that one, it has
 * another name.
 */
function renderTaken(from: RosterUser, intoId: UserId, roster: Roster): readonly Delivery[] {
  const changed = roster.mergedBefore.flatMap((before) => {
    const channel = roster.channel(before.channelId);
    const otherId = before.peopleIds?.find((userId) => userId !== from.userId);
    if (channel === undefined || otherId === undefined) return [];
    const was = shownName(before, otherId, roster);
    if (was === shownName(channel, otherId, roster)) return [];
    return [toEachOf([otherId], (viewerId) => channelUpdate(channel, was, roster, viewerId))];
  });
  const sawMore = from.roleIds.some((roleId) => roster.role(roleId)?.name !== memberRole);
  const isList = sawMore || roster.mergedBefore.length > 0;
  const list: Delivery = {
    audience: { to: "people", userIds: [intoId] },
    list: listChannels(roster),
  };
  return isList ? [list, ...changed] : changed;
}

/** Part 3, 3.3: the stock client keys people by name, so the old one goes for good and the new one comes. */
function renderRenamed(user: RosterUser, before: string, roster: Roster): readonly Delivery[] {
  const shown = roster.isOnline(user.userId) && !isHidden(user);
  const self: Delivery = {
    audience: { to: "people", userIds: [user.userId] },
    // Whoever is signing in by this very commit is told with its own `ready`.
    personal: ({ own, session }) =>
      session !== undefined && roster.session(session.sessionId) !== undefined
        ? [encode(ready(user, own.validator, roster))]
        : [],
  };
  return [
    ...(shown ? [toEveryone(() => ({ cmd: "user_disconnect", username: before }))] : []),
    toEveryone(() => userLeave(before)),
    toEveryone(() => userJoin(user, roster)),
    ...(shown ? renderConnect(user, roster) : renderOwn(user, roster)),
    self,
    ...renderWhispers(user, before, roster),
  ];
}

/** Who hides, or is away, as they are to themselves. */
const renderOwn = (user: RosterUser, roster: Roster): readonly Delivery[] => [
  toPeople([user.userId], () => userJoin(user, roster, user.userId)),
];

export const userRows: Rows<"user"> = {
  "user.joined": ({ user }, _commit, { roster }) => {
    const joined = roster.user(user.userId);
    return joined === undefined ? [] : [toEveryone(() => userJoin(joined, roster))];
  },
  "user.departed": ({ userId }, commit, { roster }) => {
    // Whoever ended the own account has an answer to get first, and ends with it.
    const { sessionId } = commit.cause;
    const closing: Delivery = {
      audience: { to: "people", userIds: [userId] },
      closing: closings.departed,
      ...(sessionId === undefined ? {} : { exceptSessionId: sessionId }),
    };
    // Where presence ends in the same commit, `user_leave` follows the `user_disconnect` there.
    if (endsPresence(commit, userId)) return [closing];
    return [closing, toEveryone(() => userLeave(nameOf(userId, roster)))];
  },
  "user.erased": ({ userId, called: [before = ""] }, _commit, { roster }) => {
    const user = roster.user(userId);
    return user === undefined ? [] : renderWhispers(user, before, roster);
  },
  "user.forgotten": silent("quotes that were shown are others' messages"),
  "user.nicknamed": ({ userId, nickname, before, byId }, commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined) return [];
    const byItself = byId === null || byId === userId;
    // Only whether it goes with the person is another: that is shown to nobody.
    if (byItself && nickname === before) return [];
    const known = { user: userId, username: user.name };
    const packet = toEveryone(() =>
      nickname === null
        ? { cmd: "nickname_remove", ...known }
        : { cmd: "nickname_update", ...known, nickname },
    );
    if (byItself) return [packet];
    return [...renderUpdated(user, nameBeforeOf(commit, userId) ?? user.name, commit), packet];
  },
  "user.renamed": ({ userId, before }, commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined) return [];
    // With a nickname in the same act the two are told at once, when both are known.
    const told = isNicknamed(commit, userId) ? [] : renderUpdated(user, before, commit);
    return [...told, ...renderRenamed(user, before, roster)];
  },
  "user.pictured": ({ userId }, _commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined) return [];
    // Of who hides others are told nothing: they see the picture when the person is seen again.
    const isShown = roster.isOnline(userId) && !isHidden(user);
    return isShown ? renderConnect(user, roster) : renderOwn(user, roster);
  },
  "user.assigned": ({ userId, before, byId }, _commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined) return [];
    const packet = toEveryone(() => userRolesGet(user, byId !== undefined, roster));
    return hasOtherChannels(userId, roster.actorWith(userId, before), roster)
      ? [packet, { audience: { to: "people", userIds: [userId] }, list: listChannels(roster) }]
      : [packet];
  },
  "user.merged": ({ fromId, intoId }, commit, { roster }) => {
    const [into, from] = [roster.user(intoId), roster.user(fromId)];
    if (into === undefined || from === undefined) return [];
    return [
      toEveryone(() => userRolesGet(into, true, roster)),
      // Else it follows with the end of the absorbed account's presence.
      ...(endsPresence(commit, fromId) ? [] : [toEveryone(() => userLeave(from.name))]),
      ...renderTaken(from, intoId, roster),
    ];
  },
  "user.revoked": silent("its asker gets the answer; the tokens are refused when they are used"),
};
