/** `/token` (bridge table, token): a login for the other protocol, told to the asking connection alone. */
import type { Channel } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, fail, query, reply } from "../answer.ts";
import { shownName } from "../place.ts";
import { refuse } from "../rejection.ts";
import { nameOf, systemName } from "../view.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";

/** Lines without a message behind them are numbered from here (gateway-kit, `View.lineNumber`). */
const lineNumberBase = 2 ** 52;

/** A message that nobody else gets and nothing stores. Its id is of the right form and of no message. */
function unsaved(ask: Ask, channel: Channel, content: string, view: View): Step {
  const serial = (view.lineNumber() - lineNumberBase).toString(16).padStart(12, "0");
  const { userId } = ask.session;
  return reply(ask, {
    cmd: "message_new",
    message: {
      user: systemName,
      content,
      timestamp: view.nowMs / 1000,
      id: `00000000-0000-4000-8000-${serial}`,
      pinned: false,
      type: "message",
      interaction: { command: "token", username: nameOf(userId, view.roster) },
    },
    channel: shownName(channel, userId, view.roster),
    thread_id: null,
    global: true,
  });
}

function show(ask: Ask, channel: Channel): readonly Step[] {
  return [
    query({
      body: { type: "login.token" },
      answer: ({ token, expiresAtMs }, view) => {
        const number = view.roster.user(ask.session.userId)?.number;
        const days = Math.max(1, Math.round((expiresAtMs - view.nowMs) / 86_400_000));
        const lines = [
          "**Login for Sock Chat** (only you see this)",
          `Scheme and token: \`Bearer ${token}\``,
          `User id: \`${number}\`, token: \`${token}\``,
          `It works for ${days} days, until you call \`/token revoke\`.`,
        ];
        return [unsaved(ask, channel, lines.join("\n"), view)];
      },
      refuse: refuse(ask),
    }),
  ];
}

function revoke(ask: Ask, channel: Channel): readonly Step[] {
  const done = (view: View): readonly Step[] => [
    unsaved(ask, channel, "All your login tokens are revoked.", view),
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
