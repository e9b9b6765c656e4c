/** Requests about the connection itself. `auth`, `login` and `register` are known before log-in only (`auth.ts`). */
import { reply, send } from "../answer.ts";
import { pongPacket } from "../wire.ts";
import { type CommandRows, noFields, row } from "./row.ts";

export const sessionCommands = {
  /** Part 1, section 1. */
  ping: row({
    shape: noFields,
    translate: (_, ask) => [send(pongPacket(ask.listener))],
  }),
  /** Part 1, 2.9: what a newer client can do. Nothing that it can name changes what it is sent. */
  capabilities: row({
    shape: noFields,
    translate: (_, ask) => {
      ask.client.own.newer = true;
      return [reply(ask, { cmd: "capabilities", val: [] })];
    },
  }),
} as const satisfies CommandRows;
