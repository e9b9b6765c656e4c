import { rememberHere } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import { changeUser, touch } from "./user.ts";

/** What the events of presence change in the roster. */
export const presenceRows: Family<"presence"> = {
  "presence.began": (state, { userId }) => {
    rememberHere(state.hereLast, userId);
    touch(state, userId);
    return "people";
  },
  "presence.ended": (state, { userId }) => {
    rememberHere(state.hereLast, userId);
    touch(state, userId);
    state.sessionsOf.delete(userId);
    const before = state.users.get(userId)?.status.afk;
    if (before !== undefined) changeUser(state, userId, { status: before });
    return "people";
  },
};
