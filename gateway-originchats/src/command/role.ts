/** Requests about roles (part 3, section 2). */
import { reply } from "../answer.ts";
import { rolesList } from "../packet.ts";
import { type CommandRows, noFields, row } from "./row.ts";

export const roleCommands = {
  roles_list: row({
    shape: noFields,
    translate: (_, ask) => [reply(ask, rolesList(ask.view.roster))],
  }),
} as const satisfies CommandRows;
