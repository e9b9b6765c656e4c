/** `/pin`, `/unpin`, `/pins` (bridge table, pin). Messages of threads are not pinned, on either side. */
import type { AnswerOf } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { noMessage } from "../rejection.ts";
import { placeOf } from "../room.ts";
import { foundNotice } from "./found.ts";
import { allowed, type Call, command, messageNamed, noticeRefusal, type SlashRow } from "./row.ts";

const inThread = textNotice("Messages of a thread cannot be pinned.");

const pin =
  (type: "pin.add" | "pin.remove") =>
  (call: Call): readonly Step[] => {
    const [typed = "", ...more] = call.words;
    if (more.length > 0) return [sendNotice(notice("cmderr"), call.view)];
    if (call.channel.threadId !== undefined) return [sendNotice(inThread, call.view)];
    const message = messageNamed(typed, call);
    if (message === undefined) return [sendNotice(noMessage(typed), call.view)];
    const place = placeOf(call.channel);
    return [command(call, { type, place, message }, typed, { not_found: () => noMessage(typed) })];
  };

/** What is pinned where one stands, newest first. */
function list(call: Call): readonly Step[] {
  if (call.channel.threadId !== undefined) return [sendNotice(inThread, call.view)];
  const place = placeOf(call.channel);
  return [
    {
      do: "query",
      body: { type: "message.pinned", place },
      answer: ({ messages }: AnswerOf<"message.pinned">, view: View) =>
        foundNotice(call, place, messages, "Pinned here", "Nothing is pinned here.", view),
      refuse: noticeRefusal(call, ""),
    },
  ];
}

export const pinSlash: readonly SlashRow[] = [
  {
    names: ["pin"],
    usage: "/pin [name|#number]",
    help: "pin the newest message here, or somebody's",
    offered: allowed("pin"),
    run: pin("pin.add"),
  },
  {
    names: ["unpin"],
    usage: "/unpin [name|#number]",
    help: "take a pin away",
    offered: allowed("pin"),
    run: pin("pin.remove"),
  },
  { names: ["pins"], usage: "/pins", help: "what is pinned here", run: list },
];
