/** `/say` (reference, part 4.2): a notice to everybody. */
import { holds, isLonger } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { contentTyped } from "../mention.ts";
import { notAllowed, tooLong } from "../rejection.ts";
import { clean } from "../text.ts";
import { type Call, command, holding, type SlashRow } from "./row.ts";

function announce(call: Call): readonly Step[] {
  const { view } = call;
  const text = clean(call.rest);
  if (!holds(view.roster.actor(call.user.userId), "announce")) {
    return [sendNotice(notAllowed(call.name), view)];
  }
  // The original announces nothing to everybody then.
  if (text === "") return [sendNotice(notice("cmderr"), view)];
  const max = view.roster.server.postContentMax;
  if (isLonger(text, max)) return [sendNotice(tooLong(max), view)];
  const content = contentTyped(text, call.view.roster);
  return [command(call, { type: "message.announce", content }, "")];
}

export const announceSlash: readonly SlashRow[] = [
  {
    names: ["say"],
    usage: "/say text",
    help: "tell everybody, in every channel",
    offered: holding("announce"),
    run: announce,
  },
];
