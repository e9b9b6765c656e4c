/** `/token` (bridge table, token): a login for the other protocol, told to the asking connection alone. */
import type { Channel, GrantOf } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, fail } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { loginLines } from "./login-lines.ts";
import { replyUnsaved } from "./unsaved.ts";

function show(ask: Ask, channel: Channel): readonly Step[] {
  return [
    {
      do: "grant",
      body: { type: "user.token" },
      granted: (grant: GrantOf<"user.token">, view: View) => [
        replyUnsaved(ask, "token", channel, loginLines(grant, ask, view).join("\n"), view),
      ],
      refuse: refuse(ask),
    },
  ];
}

function revoke(ask: Ask, channel: Channel): readonly Step[] {
  const done = (view: View): readonly Step[] => [
    replyUnsaved(ask, "token", channel, "All your login tokens are revoked.", view),
  ];
  return [
    {
      do: "command",
      body: { type: "user.revoke" },
      settle: (_own, _commit, view) => done(view),
      unchanged: done,
      refuse: refuse(ask),
    },
  ];
}

export const token: BuiltIn = {
  name: "token",
  description: "Get a login for Sock Chat",
  options: [
    {
      name: "action",
      description: "revoke: end every login token of yours",
      type: "str",
      required: false,
    },
  ],
  ephemeral: true,
  run: (args, ask, channel) => {
    const action = textArgument(args, "action");
    if (!action.ok) return fail(ask, action.error);
    if (action.value === undefined) return show(ask, channel);
    if (action.value.toLowerCase() === "revoke") return revoke(ask, channel);
    return fail(ask, `Unknown action: ${action.value}`);
  },
};
