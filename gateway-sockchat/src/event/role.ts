/** Roles show in what people look like and may see (reference, part 6); no packet lists them. */
import type { RosterUser } from "@dragoman/bus-schema";
import { type Roster, silent, type View } from "@dragoman/gateway-kit";
import { appearanceWith } from "../view.ts";
import { renderLooks, renderSight } from "./person.ts";
import type { Delivery, Rows } from "./row.ts";

/** Everybody with a session, each once. */
function online(roster: Roster): readonly RosterUser[] {
  const ids = new Set([...roster.sessions].map(({ userId }) => userId));
  return [...ids].flatMap((userId) => roster.user(userId) ?? []);
}

/** Asks `render` for everybody online, with the roles as they were before the last change. */
function renderEach(
  view: View,
  render: (user: RosterUser, before: ReturnType<typeof appearanceWith>) => readonly Delivery[],
): readonly Delivery[] {
  const { roster } = view;
  const { rolesBefore } = roster;
  return online(roster).flatMap((user) =>
    render(
      user,
      appearanceWith(user, user.roleIds, (roleId) => rolesBefore.get(roleId)),
    ),
  );
}

const renderEverybody = (view: View): readonly Delivery[] =>
  renderEach(view, (user, before) => [
    ...renderSight(user, before, view),
    ...renderLooks(user, before, view),
  ]);

export const roleRows: Rows<"role"> = {
  "role.created": silent("nobody holds a fresh role, and no packet lists roles"),
  "role.updated": (_event, _commit, view) => renderEverybody(view),
  "role.deleted": (_event, _commit, view) => renderEverybody(view),
  "role.reordered": (_event, _commit, view) => renderEverybody(view),
};
