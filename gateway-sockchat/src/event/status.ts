/** Statuses: only who is away shows, in the name, and who hides (bridge table, away and invisible). */
import { isListed } from "../presence.ts";
import { nameOf } from "../view.ts";
import { renderHidden, renderUser } from "./person.ts";
import type { Rows } from "./row.ts";

export const statusRows: Rows<"status"> = {
  "status.changed": ({ userId, before: status }, _commit, view) => {
    const user = view.roster.user(userId);
    if (user === undefined) return [];
    const before = { ...user, status };
    if (isListed(before) !== isListed(user)) return renderHidden(user, before, view);
    return nameOf(before) === nameOf(user) ? [] : renderUser(user, [], view);
  },
};
