/** What bans there are, and where people come from (reference, part 4.2). */
import { type AnswerOf, holds } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { refOf } from "../called.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { notAllowed, notBanned, noUser, type Refusals } from "../rejection.ts";
import { escapeName, escapeText, escapeTyped, type Html, safe, vouch } from "../text.ts";
import { nameOf } from "../view.ts";
import {
  type Call,
  command,
  holding,
  noticeRefusal,
  type SlashRow,
  targetMax,
  targetOf,
} from "./row.ts";

/** An entry's exact form: the original client sends its text back with the command. */
const entry = (verb: "unban" | "unbanip", text: Html): Html =>
  safe`<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/${vouch(verb)} '+ this.innerHTML);">${text}</a>`;

/** Bans under account names, then what they bar, for those who may see it. */
function banList({ bans }: AnswerOf<"moderation.bans">, view: View): Html {
  const people = bans.map(({ userId }) => {
    const user = view.roster.user(userId);
    return entry("unban", escapeName(user?.handle ?? userId));
  });
  const barred = new Set(bans.flatMap(({ addresses = [] }) => addresses));
  const addresses = [...barred].map((address) => entry("unbanip", escapeText(address)));
  return vouch([...people, ...addresses].join(", "));
}

const bans = (call: Call): readonly Step[] => [
  {
    do: "query",
    body: { type: "moderation.bans" },
    answer: (answer: AnswerOf<"moderation.bans">, view: View) => [
      sendNotice(notice("banlist", banList(answer, view)), view),
    ],
    refuse: noticeRefusal(call, call.words[0] ?? ""),
  },
];

const notAnAddress: Partial<Refusals> = {
  not_found: (_rejection, { given }) => notBanned(given),
};

function unbanAddress(call: Call): readonly Step[] {
  const target = call.words[0] ?? "";
  if (target === "" || target.length > targetMax) {
    const held = holds(call.view.roster.actor(call.user.userId), "unban");
    return [sendNotice(held ? notBanned(target) : notAllowed(call.name), call.view)];
  }
  return [
    {
      ...command(call, { type: "moderation.unban", target, by: "address" }, target, notAnAddress),
      settle: (own, _commit, view) => [
        { do: "send", packets: [...own, noticePacket(notice("unban", escapeTyped(target)), view)] },
      ],
    },
  ];
}

/** One notice per address. */
function whois(call: Call): readonly Step[] {
  const target = targetOf(call);
  if (target === "" || target.length > targetMax) {
    const held = holds(call.view.roster.actor(call.user.userId), "seeAddresses");
    return [sendNotice(held ? noUser(target) : notAllowed(call.name), call.view)];
  }
  const ref = refOf(target, call.view.roster);
  return [
    {
      do: "query",
      body: { type: "user.addresses", target: ref },
      answer: ({ userId, addresses }: AnswerOf<"user.addresses">, view: View) => {
        const user = view.roster.user(userId);
        const name = user === undefined ? escapeTyped(target) : nameOf(user);
        return addresses.map((address) =>
          sendNotice(notice("ipaddr", name, escapeText(address)), view),
        );
      },
      refuse: noticeRefusal(call, target, ref),
    },
  ];
}

export const banSlash: readonly SlashRow[] = [
  {
    names: ["bans", "banned"],
    usage: "/bans",
    help: "who is barred",
    offered: holding("ban"),
    run: bans,
  },
  {
    names: ["unbanip", "pardonip"],
    usage: "/unbanip address",
    help: "let a barred address in again",
    offered: holding("unban"),
    run: unbanAddress,
  },
  {
    names: ["whois", "ip"],
    usage: "/whois user",
    help: "where a person connects from",
    offered: holding("seeAddresses"),
    evenSilenced: true,
    run: whois,
  },
];
