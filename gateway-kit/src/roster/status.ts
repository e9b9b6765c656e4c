import type { Family } from "./row.ts";
import { changeUser } from "./user.ts";

/** What the events of statuses change in the roster. */
export const statusRows: Family<"status"> = {
  "status.changed": (state, { userId, status }) => {
    changeUser(state, userId, { status });
    return "people";
  },
};
