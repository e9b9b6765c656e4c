/** Commands about messages: actions, whispers, deletion (reference, part 4.2). */
import { isLonger, type Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { refOf } from "../called.ts";
import { sendNotice } from "../entry.ts";
import { noUser, type Refusals, refusal, tooLong } from "../rejection.ts";
import { placeOf } from "../room.ts";
import { clean } from "../text.ts";
import { deleteChannel } from "./channel.ts";
import {
  afterFirst,
  type Call,
  command,
  isNumber,
  type SlashRow,
  targetMax,
  targetOf,
} from "./row.ts";

function lengthMaxOf(view: View): number {
  return view.roster.server.postContentMax;
}

function act(call: Call): readonly Step[] {
  const text = clean(call.rest);
  if (text === "") return [];
  const max = lengthMaxOf(call.view);
  if (isLonger(text, max)) return [sendNotice(tooLong(max), call.view)];
  return [
    command(
      call,
      {
        type: "message.post",
        place: placeOf(call.channel),
        kind: "action",
        content: { text, markup: "bbcode" },
      },
      "",
      { not_permitted: (rejection) => refusal(rejection, { command: null, given: "" }) },
    ),
  ];
}

function whisper(call: Call): readonly Step[] {
  const target = targetOf(call);
  const text = clean(afterFirst(call.rest));
  if (target === "" || text === "") return [sendNotice(notice("cmderr"), call.view)];
  if (target.length > targetMax) return [sendNotice(noUser(target), call.view)];
  const max = lengthMaxOf(call.view);
  if (isLonger(text, max)) return [sendNotice(tooLong(max), call.view)];
  const step = command(
    call,
    {
      type: "message.whisper",
      target: refOf(target, call.view.roster),
      content: { text, markup: "bbcode" },
    },
    target,
  );
  // To oneself: nothing, as every server has it.
  const refuse = (rejection: Rejection, view: View): readonly Step[] =>
    rejection.code === "self_target" ? [] : step.refuse(rejection, view);
  return [{ ...step, refuse }];
}

const deletion: Partial<Refusals> = {
  not_found: () => notice("delerr"),
  rank_too_low: () => notice("delerr"),
  not_permitted: (rejection, attempt) =>
    rejection.need === "delete_own" ? refusal(rejection, attempt) : notice("delerr"),
};

/** The number of a message as core knows it; lines that have none of core's are above every message's. */
const numberMax = 2 ** 52;

function deleteMessage(call: Call, typed: string): readonly Step[] {
  const number = Number(typed);
  if (number < 1 || number >= numberMax) return [sendNotice(notice("delerr"), call.view)];
  return [command(call, { type: "message.delete", message: String(number) }, typed, deletion)];
}

function remove(call: Call): readonly Step[] {
  const typed = clean(call.rest);
  if (typed === "") return [sendNotice(notice("cmderr"), call.view)];
  return isNumber(typed) ? deleteMessage(call, typed) : deleteChannel(call, typed);
}

function removeMessage(call: Call): readonly Step[] {
  const typed = clean(call.rest);
  return isNumber(typed) ? deleteMessage(call, typed) : [sendNotice(notice("cmderr"), call.view)];
}

export const messageSlash: readonly SlashRow[] = [
  { names: ["me", "action"], usage: "/me text", run: act },
  { names: ["msg", "whisper"], usage: "/msg user text", run: whisper },
  { names: ["delete"], usage: "/delete message|channel", run: remove },
  { names: ["delmsg"], usage: "/delmsg message", run: removeMessage },
];
