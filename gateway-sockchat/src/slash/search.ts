/** `/search`: messages where one stands that hold these words. */
import { type AnswerOf, clipped } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { placeOf } from "../room.ts";
import { clean } from "../text.ts";
import { foundNotice } from "./found.ts";
import { type Call, noticeRefusal, type SlashRow } from "./row.ts";

const limit = 10;
const textMax = 400;

function search(call: Call): readonly Step[] {
  const text = clipped(clean(call.rest), textMax);
  if (text === "") return [sendNotice(notice("cmderr"), call.view)];
  const place = placeOf(call.channel);
  return [
    {
      do: "query",
      body: { type: "message.search", place, text, limit },
      answer: ({ messages }: AnswerOf<"message.search">, view: View) =>
        foundNotice(call, place, messages, "Found, newest first", "Nothing was found.", view),
      refuse: noticeRefusal(call, ""),
    },
  ];
}

export const searchSlash: readonly SlashRow[] = [
  {
    names: ["search"],
    usage: "/search words",
    help: "look for words in this channel",
    run: search,
  },
];
