/** Requests about channels (part 3, section 1). */
import { reply } from "../answer.ts";
import { channelsGet } from "../packet.ts";
import { type CommandRows, noFields, row } from "./row.ts";

export const channelCommands = {
  channels_get: row({
    shape: noFields,
    translate: (_, ask) => [reply(ask, channelsGet(ask.session.userId, ask.view.roster))],
  }),
} as const satisfies CommandRows;
