/** A person's first session and last, over both protocols (part 3, 3.2). Hidden people come and go unseen. */
import type { Commit, RosterUser, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { statusGet, userConnect, userLeave } from "../packet.ts";
import { isHidden } from "../view.ts";
import { type Delivery, type Rows, toEveryone } from "./row.ts";

/** Whether the commit ends the person's presence. */
export function endsPresence(commit: Commit, userId: UserId): boolean {
  return commit.events.some((event) => event.type === "presence.ended" && event.userId === userId);
}

/** Whether the person leaves the lists with this commit: banned, or the account gone or merged. */
function leavesLists(commit: Commit, userId: UserId): boolean {
  return commit.events.some(
    (event) =>
      ((event.type === "moderation.banned" || event.type === "user.departed") &&
        event.userId === userId) ||
      (event.type === "user.merged" && event.fromId === userId),
  );
}

/**
 * Tells everybody that a person is here. The stock client takes everybody who connects for online, whatever the
 * packet says: another status follows.
 */
export function renderConnect(user: RosterUser, roster: Roster): readonly Delivery[] {
  const come = toEveryone(() => userConnect(user, roster));
  const { status, text } = user.status;
  if (status === "online" && text === "") return [come];
  return [come, toEveryone(() => statusGet(user.name, user.status))];
}

export const presenceRows: Rows<"presence"> = {
  "presence.began": ({ userId }, _commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined || isHidden(user)) return [];
    return renderConnect(user, roster);
  },
  "presence.ended": ({ userId }, commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined) return [];
    const told: Delivery[] = [];
    if (!isHidden(user)) {
      told.push(toEveryone(() => ({ cmd: "user_disconnect", username: user.name })));
    }
    if (leavesLists(commit, userId)) {
      told.push(toEveryone(() => userLeave(user.name)));
    }
    return told;
  },
};
