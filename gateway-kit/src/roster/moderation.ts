import { ignored } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import { changeUser } from "./user.ts";

/** What the events of moderation change in the roster. */
export const moderationRows: Family<"moderation"> = {
  "moderation.banned": (state, { userId }) => {
    changeUser(state, userId, { banned: true });
    return "audience";
  },
  "moderation.unbanned": (state, { userId }) => {
    changeUser(state, userId, { banned: false });
    return "audience";
  },
  "moderation.silenced": (state, { userId, untilMs }) => {
    changeUser(state, userId, { silencedUntilMs: untilMs });
    return "people";
  },
  "moderation.unsilenced": (state, { userId }) => {
    changeUser(state, userId, { silencedUntilMs: 0 });
    return "people";
  },
  "moderation.kicked": ignored("session.closed takes whoever is kicked out of it"),
  "moderation.refilled": ignored("pauses are the leader's alone"),
};
