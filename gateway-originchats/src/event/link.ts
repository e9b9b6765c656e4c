/** Identities bring a person's colour (bridge table, People: colour, linking). */
import type { Commit, UserId } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { userRolesGet } from "../packet.ts";
import { type Delivery, type Rows, toEveryone } from "./row.ts";

/** Colours come with the roles (part 3, 2.4). Of a newcomer `user_join` has told it. */
function renderColor(userId: UserId, commit: Commit, { roster }: View): readonly Delivery[] {
  const user = roster.user(userId);
  const isNew = commit.events.some(
    (event) => event.type === "user.joined" && event.user.userId === userId,
  );
  return user === undefined || isNew ? [] : [toEveryone(() => userRolesGet(user, false, roster))];
}

export const linkRows: Rows<"link"> = {
  "link.joined": ({ userId }, commit, view) => renderColor(userId, commit, view),
  "link.removed": ({ userId }, commit, view) => renderColor(userId, commit, view),
};
