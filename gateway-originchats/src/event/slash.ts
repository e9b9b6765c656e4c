/** Slash commands of connections (part 3, section 7). */
import { messageNew } from "../packet.ts";
import { listedSlash, slashCall } from "../slash/registered.ts";
import { encode } from "../wire.ts";
import { type Rows, toEachOf, toEveryone } from "./row.ts";

export const slashRows: Rows<"slash"> = {
  "slash.registered": ({ commands, userId }, _commit, { roster }) => [
    toEveryone(() => ({
      cmd: "slash_add",
      commands: commands.map((command) => listedSlash(command, userId, roster)),
    })),
  ],
  "slash.removed": ({ names }) => [toEveryone(() => ({ cmd: "slash_remove", commands: names }))],
  "slash.called": (event, _commit, { roster }) => [
    {
      audience: { to: "session", sessionId: event.handlerSessionId },
      packets: () => [encode(slashCall(event, roster))],
    },
  ],
  "slash.answered": ({ invokerId, message }, _commit, { roster }) => {
    const channel = roster.channel(message.place.channelId);
    if (channel === undefined) return [];
    const responderId = message.author.kind === "user" ? message.author.userId : invokerId;
    return [
      toEachOf([...new Set([invokerId, responderId])], (viewerId) =>
        messageNew(message, channel, viewerId, roster),
      ),
    ];
  },
};
