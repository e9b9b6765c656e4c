/**
 * `/move` (bridge table, leaving a protocol): what is typed into a client of OriginChats to go on there as who one is. The
 * code is the one of `/link`: there it joins accounts, at a log-in it signs in.
 */
import type { GrantOf, Rejection } from "@dragoman/bus-schema";
import { otherAddresses, type Step, type View } from "@dragoman/gateway-kit";
import { textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { sendRefusal } from "../refuse.ts";
import { section } from "../settings.ts";
import type { Call, SlashRow } from "./row.ts";

const minuteMs = 60_000;

/** How somebody goes on there, whose sign-in that side takes. */
function wayText({ code, expiresAtMs }: GrantOf<"link.code">, { user }: Call, view: View): string {
  const minutes = Math.max(1, Math.round((expiresAtMs - view.nowMs) / minuteMs));
  const [address] = otherAddresses(section.name, view);
  const place = address === undefined ? "" : ` ${address}`;
  const open = `In a client of OriginChats add the server${place}`;
  const once = `It is good once, for ${minutes} minutes.`;
  if (!view.config.accounts.providers.includes("local")) {
    return `${open}, log in with Rotur, then call /link ${code} there: you go on as ${user.name}. ${once}`;
  }
  const after = user.local
    ? "Your own password does as well."
    : "Then choose a password: /passwd and the new one.";
  return `${open} and log in as ${user.name} with the password ${code}. ${once} ${after}`;
}

function show(call: Call): readonly Step[] {
  return [
    {
      do: "grant",
      body: { type: "link.code" },
      granted: (grant: GrantOf<"link.code">, view: View) => [
        sendNotice(
          textNotice(`All that is yours comes along. ${wayText(grant, call, view)}`),
          view,
        ),
      ],
      refuse: (rejection: Rejection, view: View) =>
        sendRefusal(rejection, { command: call.name, given: "" }, view),
    },
  ];
}

export const moveSlash: readonly SlashRow[] = [
  {
    names: ["move"],
    usage: "/move",
    help: "how you go on as yourself in a client of OriginChats",
    evenSilenced: true,
    run: show,
  },
];
