import { type Carried, type Ignored, rowsByType } from "@dragoman/bus-schema";
import { linkRows } from "./link.ts";
import { messageRows } from "./message.ts";
import { moderationRows } from "./moderation.ts";
import type { Change, Family } from "./row.ts";
import type { RosterState } from "./state.ts";
import { threadRows } from "./thread.ts";
import { userRows } from "./user.ts";

type Row = (state: RosterState, event: Carried) => Change;

const carriedRows = rowsByType<Row | Ignored>({
  ...userRows,
  ...linkRows,
  ...moderationRows,
  ...threadRows,
  ...messageRows,
});

const weight: Readonly<Record<Change, number>> = { nothing: 0, people: 1, audience: 2 };

/** What came in from another server changes the roster as it would, were it new. */
export const importRows: Family<"import"> = {
  "import.stored": (state, { events }) => {
    let most: Change = "nothing";
    for (const event of events) {
      const row = carriedRows.get(event.type);
      if (typeof row !== "function") continue;
      const change = row(state, event);
      if (weight[change] > weight[most]) most = change;
    }
    return most;
  },
};
