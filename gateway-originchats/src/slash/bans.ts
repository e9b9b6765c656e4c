/** `/bans` and `/unbanip` (bridge table, Moderation: unban, ban list). Told to the asking connection alone. */
import { fail, query, send } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { nameOf } from "../view.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { replyUnsaved } from "./unsaved.ts";

const addressMax = 100;

export const bans: BuiltIn = {
  name: "bans",
  description: "List who is banned, and from which addresses nobody may come",
  options: [],
  right: "ban",
  ephemeral: true,
  run: (_args, ask, channel) => [
    query({
      body: { type: "moderation.bans" },
      answer: ({ bans: all }, view) => {
        const names = all.map(({ userId }) => nameOf(userId, view.roster));
        const barred = new Set(all.flatMap(({ addresses = [] }) => addresses));
        const text = [
          `**Banned (${names.length}):** ${names.length === 0 ? "nobody" : names.join(", ")}`,
          ...(barred.size === 0 ? [] : [`**Addresses:** ${[...barred].join(", ")}`]),
        ].join("\n");
        return [replyUnsaved(ask, "bans", channel, text, view)];
      },
      refuse: refuse(ask),
    }),
  ],
};

export const unbanip: BuiltIn = {
  name: "unbanip",
  description: "Let an address in again",
  options: [{ name: "address", description: "As /bans shows it", type: "str", required: true }],
  right: "unban",
  ephemeral: true,
  run: (args, ask, channel) => {
    const given = textArgument(args, "address");
    if (!given.ok) return fail(ask, given.error);
    const address = given.value;
    if (address === undefined) return fail(ask, "Address is required");
    if (address.length > addressMax) return fail(ask, "Address is not banned");
    return [
      {
        do: "command",
        body: { type: "moderation.unban", target: address, by: "address" },
        settle: (own, _commit, view) => [
          send(...own),
          replyUnsaved(ask, "unbanip", channel, `✅ **${address}** has been unbanned.`, view),
        ],
        refuse: refuse(ask, { not_found: () => "Address is not banned" }),
      },
    ];
  },
};
