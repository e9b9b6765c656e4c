/** `/react`, `/unreact` (bridge table, reaction): to the newest message where one stands, to somebody's, or to one by number. */
import { emojiCodePointsMax, isLonger } from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { reactionWith } from "../client-form.ts";
import { sendNotice } from "../entry.ts";
import { noMessage, type Refusals } from "../rejection.ts";
import { placeOf } from "../room.ts";
import { allowed, type Call, command, messageNamed, type SlashRow } from "./row.ts";

const notAnEmoji = textNotice("That is no reaction.");

const refusals = (typed: string): Partial<Refusals> => ({
  invalid: () => notAnEmoji,
  already_exists: () => textNotice("You have reacted with that already."),
  not_found: ({ what }) =>
    what === "reaction" ? textNotice("You have not reacted with that.") : noMessage(typed),
});

/** The last word is the emoji, the one before it the message. */
const react =
  (type: "reaction.add" | "reaction.remove") =>
  (call: Call): readonly Step[] => {
    const { roster } = call.view;
    const words = call.words.filter((word) => word !== "");
    const [typed = ""] = words.slice(0, -1);
    const emoji = emojiOf(words.at(-1) ?? "", roster);
    if (words.length === 0 || words.length > 2) return [sendNotice(notice("cmderr"), call.view)];
    if (isLonger(emoji, emojiCodePointsMax)) return [sendNotice(notAnEmoji, call.view)];
    const message = messageNamed(typed, call);
    if (message === undefined) return [sendNotice(noMessage(typed), call.view)];
    const place = placeOf(call.channel);
    return [command(call, { type, place, message, emoji }, typed, refusals(typed))];
  };

/** `:name:` is an emoji of the community, in the form that clients of the other protocol draw. */
function emojiOf(typed: string, roster: Roster): string {
  const [, name] = /^:([^:\s]{1,64}):$/.exec(typed) ?? [];
  return (name === undefined ? undefined : reactionWith(name, roster)) ?? typed;
}

export const reactSlash: readonly SlashRow[] = [
  {
    names: ["react"],
    usage: "/react [name|#number] emoji",
    help: "react to the newest message here, or to somebody's",
    offered: allowed("react"),
    run: react("reaction.add"),
  },
  {
    names: ["unreact"],
    usage: "/unreact [name|#number] emoji",
    help: "take a reaction back",
    offered: allowed("react"),
    run: react("reaction.remove"),
  },
];
