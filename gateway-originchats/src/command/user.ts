/** Requests about people (part 3, section 3). The roster alone answers them. */
import { reply } from "../answer.ts";
import { usersList, usersOnline } from "../packet.ts";
import { type CommandRows, noFields, row } from "./row.ts";

export const userCommands = {
  users_list: row({
    shape: noFields,
    translate: (_, ask) => [reply(ask, usersList(ask.session.userId, ask.view.roster))],
  }),
  users_online: row({
    shape: noFields,
    translate: (_, ask) => [reply(ask, usersOnline(ask.session.userId, ask.view.roster))],
  }),
} as const satisfies CommandRows;
