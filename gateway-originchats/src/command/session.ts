/** Requests about the connection itself. `auth`, `login` and `register` are known before log-in only (`auth.ts`). */
import { reply } from "../answer.ts";
import { type CommandRows, noFields, row } from "./row.ts";

export const sessionCommands = {
  /** Part 1, section 1. */
  ping: row({
    shape: noFields,
    translate: (_, ask) => [reply(ask, { cmd: "pong", val: "pong" })],
  }),
} as const satisfies CommandRows;
