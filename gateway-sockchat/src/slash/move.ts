/**
 * `/move` (bridge table, leaving a protocol): what is typed into a client of OriginChats to go on there as who one is. The
 * code is the one of `/link`: there it joins accounts, at a log-in it signs in.
 */
import type { GrantOf, Rejection } from "@dragoman/bus-schema";
import { isWebAddress, otherAddresses, type Step, type View } from "@dragoman/gateway-kit";
import { textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { sendRefusal } from "../refuse.ts";
import { section } from "../settings.ts";
import type { Call, SlashRow } from "./row.ts";

const minuteMs = 60_000;

/** Where a client of OriginChats is, or what is typed into one. */
function placeText(view: View): string {
  const [address] = otherAddresses(section.name, view);
  if (address === undefined) return "In a client of OriginChats add the server";
  return isWebAddress(address)
    ? `Open ${address}`
    : `In a client of OriginChats add the server ${address}`;
}

/**
 * How somebody goes on there, whose sign-in that side takes: one line, for some clients show no more, and nothing stands
 * beside what is copied from it.
 */
function wayText({ code, expiresAtMs }: GrantOf<"link.code">, { user }: Call, view: View): string {
  const minutes = Math.max(1, Math.round((expiresAtMs - view.nowMs) / minuteMs));
  const once = `(it is good once, for ${minutes} minutes)`;
  const place = `(1) ${placeText(view)}`;
  if (!view.config.accounts.providers.includes("local")) {
    return `${place} (2) Log in there with Rotur (3) Type there /link ${code} ${once} and you go on as ${user.name}`;
  }
  const logIn = `(2) Choose Login there, not Register: the username is ${user.name} and the password ${code} ${once}`;
  const after = user.local
    ? "or your own"
    : "(3) Choose a password of your own: type there /passwd and the new one";
  return `${place} ${logIn} ${after}`;
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
