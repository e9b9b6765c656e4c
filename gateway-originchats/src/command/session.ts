/** Requests about the connection itself. `auth`, `login` and `register` are known before log-in only (`auth.ts`). */
import { send } from "../answer.ts";
import { pongPacket } from "../wire.ts";
import { type CommandRows, noFields, row } from "./row.ts";

export const sessionCommands = {
  /** Part 1, section 1. */
  ping: row({
    shape: noFields,
    translate: (_, ask) => [send(pongPacket(ask.listener))],
  }),
} as const satisfies CommandRows;
