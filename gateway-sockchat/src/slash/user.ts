/** Commands about one's own account (bridge table, People: token). */
import type { AnswerOf, Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { noticePacket, tell } from "../entry.ts";
import { refusal, say } from "../rejection.ts";
import { type Call, command, type SlashRow } from "./row.ts";

const dayMs = 24 * 3_600_000;
const revoked = "Your log-in tokens are no longer valid.";

/** A log-in for OriginChats, to its owner's connection alone. */
function show(call: Call): readonly Step[] {
  return [
    {
      do: "query",
      body: { type: "login.token" },
      answer: ({ token, expiresAtMs }: AnswerOf<"login.token">, view: View) => {
        const days = Math.max(1, Math.round((expiresAtMs - view.nowMs) / dayMs));
        const text = `Your log-in for OriginChats, usable for ${days} days: name ${call.user.name} password ${token}`;
        return [tell(say(text), view)];
      },
      refuse: (rejection: Rejection, view: View) => [
        tell(refusal(rejection, { command: call.name, given: "" }), view),
      ],
    },
  ];
}

function revoke(call: Call): readonly Step[] {
  return [
    {
      ...command(call, { type: "user.revoke" }, ""),
      settle: (own, _commit, view) => [
        { do: "send", packets: [...own, noticePacket(say(revoked), view)] },
      ],
      unchanged: (view) => [tell(say(revoked), view)],
    },
  ];
}

function token(call: Call): readonly Step[] {
  const typed = (call.words[0] ?? "").toLowerCase();
  if (typed === "") return show(call);
  return typed === "revoke" ? revoke(call) : [tell(notice("cmderr"), call.view)];
}

export const userSlash: readonly SlashRow[] = [
  { names: ["token"], usage: "/token [revoke]", evenSilenced: true, run: token },
];
