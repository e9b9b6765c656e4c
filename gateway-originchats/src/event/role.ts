/** Roles (part 3, 2.3): the whole list after any change. */
import { rolesList } from "../packet.ts";
import { type Rows, toEveryone } from "./row.ts";

export const roleRows: Rows<"role"> = {
  "role.created": (_event, _commit, { roster }) => [toEveryone(() => rolesList(roster))],
};
