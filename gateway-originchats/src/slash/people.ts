/** `/who` and `/whois` (bridge table): told to the asking connection alone. */
import { literal, type RosterUser } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { fail, query } from "../answer.ts";
import { findViewedChannel } from "../place.ts";
import { refuse } from "../rejection.ts";
import { isHidden } from "../view.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { readTarget } from "./target.ts";
import { replyUnsaved } from "./unsaved.ts";

/** Everybody with a session on either protocol, by name; hidden people not. */
function peopleOnline(roster: Roster): readonly RosterUser[] {
  return roster.usersOnline
    .filter((user) => !user.departed && !isHidden(user))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const listText = (title: string, people: readonly RosterUser[]): string =>
  `**${title} (${people.length}):** ${people.map(({ name }) => literal(name)).join(", ")}`;

export const who: BuiltIn = {
  name: "who",
  description: "List who is online",
  options: [
    {
      name: "channel",
      description: "Only those who see this channel",
      type: "str",
      required: false,
    },
  ],
  ephemeral: true,
  run: (args, ask, channel) => {
    const given = textArgument(args, "channel");
    if (!given.ok) return fail(ask, given.error);
    const { view } = ask;
    const people = peopleOnline(view.roster);
    if (given.value === undefined) {
      return [replyUnsaved(ask, "who", channel, listText("Online", people), view)];
    }
    const found = findViewedChannel(
      given.value.replace(/^#/, ""),
      ask.session.userId,
      ask.view.roster,
    );
    if (found === undefined) return fail(ask, "Channel not found");
    const seeing = people.filter(({ userId }) => view.roster.sees(userId, found));
    return [replyUnsaved(ask, "who", channel, listText(`Online in #${found.name}`, seeing), view)];
  },
};

export const whois: BuiltIn = {
  name: "whois",
  description: "Show the network addresses of a person who is online",
  options: [{ name: "username", description: "The person", type: "str", required: true }],
  right: "seeAddresses",
  ephemeral: true,
  run: (args, ask, channel) => {
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const { given, user } = target;
    return [
      query({
        body: { type: "user.addresses", target: user.userId },
        answer: ({ addresses }, view) => {
          const shown = addresses.map((address) => `\`${address}\``).join(", ");
          return [replyUnsaved(ask, "whois", channel, `**${literal(user.name)}**: ${shown}`, view)];
        },
        refuse: refuse(ask, { not_found: () => `User '${given}' is not online` }),
      }),
    ];
  },
};
