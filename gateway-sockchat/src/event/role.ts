/** Roles show in what people look like and may see (reference, part 6); no packet lists them. */
import type { RosterUser } from "@dragoman/bus-schema";
import { type Roster, silent, type View } from "@dragoman/gateway-kit";
import { appearanceWith } from "../view.ts";
import { looks, sights } from "./person.ts";
import type { Out, Rows } from "./row.ts";

/** Everybody with a session, each once. */
function online(roster: Roster): readonly RosterUser[] {
  const ids = new Set([...roster.sessions].map(({ userId }) => userId));
  return [...ids].flatMap((userId) => roster.user(userId) ?? []);
}

/** What the last change of roles changed in each of them. */
function each(
  view: View,
  tell: (user: RosterUser, before: ReturnType<typeof appearanceWith>) => readonly Out[],
): readonly Out[] {
  const { roster } = view;
  const { rolesBefore } = roster;
  return online(roster).flatMap((user) =>
    tell(
      user,
      appearanceWith(user, user.roleIds, (roleId) => rolesBefore.get(roleId)),
    ),
  );
}

const all = (view: View): readonly Out[] =>
  each(view, (user, before) => [...sights(user, before, view), ...looks(user, before, view)]);

export const roleRows: Rows<"role"> = {
  "role.created": silent("nobody holds a fresh role, and no packet lists roles"),
  "role.updated": (_event, _commit, view) => all(view),
  "role.deleted": (_event, _commit, view) => all(view),
  "role.reordered": (_event, _commit, view) => all(view),
};
