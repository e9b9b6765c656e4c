/**
 * `/move` (bridge table, leaving a protocol): where Sock Chat is, and the login of `/token` for it, to go on there as who one is.
 * A code that is good once would not do: clients of Sock Chat show what they were given again at each connection.
 */
import type { GrantOf } from "@dragoman/bus-schema";
import { otherAddresses, type View } from "@dragoman/gateway-kit";
import { refuse } from "../rejection.ts";
import { section } from "../settings.ts";
import type { BuiltIn } from "./builtin.ts";
import { loginLines } from "./login-lines.ts";
import { replyUnsaved } from "./unsaved.ts";

export const move: BuiltIn = {
  name: "move",
  description: "How you go on as yourself on Sock Chat",
  options: [],
  ephemeral: true,
  run: (_args, ask, channel) => [
    {
      do: "grant",
      body: { type: "user.token" },
      granted: (grant: GrantOf<"user.token">, view: View) => {
        const [address] = otherAddresses(section.name, view);
        const lines = [
          "All that is yours comes along: name, rank, channels, whispers and marks.",
          ...(address === undefined ? [] : [`Sock Chat is at ${address}`]),
          ...loginLines(grant, ask, view),
        ];
        return [replyUnsaved(ask, "move", channel, lines.join("\n"), view)];
      },
      refuse: refuse(ask),
    },
  ],
};
