import type { UserId } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";
import { changeUser } from "./user.ts";

/** What the events of links change in the roster. */
export const linkRows: Family<"link"> = {
  "link.joined": colored,
  "link.removed": colored,
};

function colored(
  state: RosterState,
  { userId, color }: { readonly userId: UserId; readonly color: string | null },
): "people" {
  changeUser(state, userId, { color });
  return "people";
}
