/** `/link` (bridge table, People: linking): two accounts of one person become one. */
import type { GrantOf, Provider, Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { sendRefusal } from "../refuse.ts";
import type { Refusals } from "../rejection.ts";
import { type Call, command, type SlashRow } from "./row.ts";

const minuteMs = 60_000;
const codeMax = 100;

function codeText({ code, expiresAtMs, identities }: GrantOf<"link.code">, view: View): string {
  const minutes = Math.max(1, Math.round((expiresAtMs - view.nowMs) / minuteMs));
  const known = identities.map(({ provider, name }) => `${name} (${provider})`).join(", ");
  const linked = known === "" ? "" : ` Linked: ${known}.`;
  return `Your code is ${code}, good once and for ${minutes} minutes. Type /link ${code} where you are signed in with your other account: it becomes part of this one.${linked}`;
}

function show(call: Call): readonly Step[] {
  return [
    {
      do: "grant",
      body: { type: "link.code" },
      granted: (grant: GrantOf<"link.code">, view: View) => [
        sendNotice(textNotice(codeText(grant, view)), view),
      ],
      refuse: (rejection: Rejection, view: View) =>
        sendRefusal(rejection, { command: call.name, given: "" }, view),
    },
  ];
}

const refusedJoin: Partial<Refusals> = {
  invalid: () => textNotice("This code is not valid."),
  self_target: () =>
    textNotice("This code is your own: type it where your other account is signed in."),
};

/** The connection ends with the account that it was of, and comes back as the other. */
function join(call: Call, code: string): readonly Step[] {
  if (code.length > codeMax) return [sendNotice(textNotice("This code is not valid."), call.view)];
  return [command(call, { type: "link.join", code }, code, refusedJoin)];
}

const removable: ReadonlySet<string> = new Set<Provider>(["site", "rotur"]);

function remove(call: Call, provider: string): readonly Step[] {
  if (!removable.has(provider)) return [sendNotice(notice("cmderr"), call.view)];
  return [
    {
      ...command(call, { type: "link.remove", provider: provider as Provider }, provider, {
        protected: () => textNotice("This is the only way in to your account."),
      }),
      settle: (own, _commit, view) => [
        {
          do: "send",
          packets: [
            ...own,
            noticePacket(textNotice(`Your ${provider} identity is no longer linked.`), view),
          ],
        },
      ],
    },
  ];
}

export const linkSlash: readonly SlashRow[] = [
  {
    names: ["link"],
    usage: "/link [code | remove site | remove rotur]",
    help: "join your account with one of yours from elsewhere",
    run: (call) => {
      const [first = "", second = ""] = call.words;
      if (first === "") return show(call);
      return first.toLowerCase() === "remove"
        ? remove(call, second.toLowerCase())
        : join(call, first);
    },
  },
];
