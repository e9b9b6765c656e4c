/** Commands about messages: actions, whispers, deletion (reference, part 4.2). */
import { isLonger, type Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { refOf } from "../called.ts";
import { sendNotice } from "../entry.ts";
import { contentTyped } from "../mention.ts";
import { readQuote } from "../quote.ts";
import { noMessage, noUser, type Refusals, refusal, tooLong } from "../rejection.ts";
import { placeOf } from "../room.ts";
import { clean } from "../text.ts";
import { deleteChannel } from "./channel.ts";
import {
  afterFirst,
  allowed,
  type Call,
  command,
  isNumber,
  messageNamed,
  numberTyped,
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
        content: contentTyped(text, call.view.roster),
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
      ...readQuote(text, call.view.roster),
      content: contentTyped(text, call.view.roster),
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

function deleteMessage(call: Call, typed: string): readonly Step[] {
  const message = numberTyped(typed);
  if (message === undefined) return [sendNotice(notice("delerr"), call.view)];
  return [command(call, { type: "message.delete", message }, typed, deletion)];
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

const notYours = "You can only edit messages of your own that stand here.";

/** The newest of one's own here, or the one of that number. */
function edit(call: Call): readonly Step[] {
  const [, digits, rest = call.rest] = /^#([0-9]{1,16})\s([\s\S]*)$/.exec(call.rest) ?? [];
  const own = { newestBy: call.user.userId };
  const message = digits === undefined ? own : numberTyped(digits);
  const text = clean(rest);
  if (text === "") return [sendNotice(notice("cmderr"), call.view)];
  if (message === undefined) return [sendNotice(textNotice(notYours), call.view)];
  const max = lengthMaxOf(call.view);
  if (isLonger(text, max)) return [sendNotice(tooLong(max), call.view)];
  const content = contentTyped(text, call.view.roster);
  const place = placeOf(call.channel);
  return [
    command(call, { type: "message.edit", message, place, content }, digits ?? "", {
      not_found: () => textNotice(notYours),
      not_permitted: (rejection, attempt) =>
        rejection.need === "author" ? textNotice(notYours) : refusal(rejection, attempt),
    }),
  ];
}

/** To the newest message here of whoever is named, or to the one of that number. */
function answer(call: Call): readonly Step[] {
  const [typed = ""] = call.words;
  const text = clean(afterFirst(call.rest));
  if (typed === "" || text === "") return [sendNotice(notice("cmderr"), call.view)];
  const replyTo = messageNamed(typed, call);
  if (replyTo === undefined) return [sendNotice(noMessage(typed), call.view)];
  const max = lengthMaxOf(call.view);
  if (isLonger(text, max)) return [sendNotice(tooLong(max), call.view)];
  return [
    command(
      call,
      {
        type: "message.post",
        place: placeOf(call.channel),
        kind: "text",
        content: contentTyped(text, call.view.roster),
        replyTo,
      },
      typed,
      {
        not_found: () => noMessage(typed),
        not_permitted: (rejection) => refusal(rejection, { command: null, given: "" }),
      },
    ),
  ];
}

export const messageSlash: readonly SlashRow[] = [
  { names: ["me", "action"], usage: "/me text", help: "say what you do", run: act },
  {
    names: ["msg", "whisper"],
    usage: "/msg user text",
    help: "whisper to a person, wherever they are",
    run: whisper,
  },
  {
    names: ["reply"],
    usage: "/reply name|#number text",
    help: "answer the newest message of a person here, or the one of that number",
    run: answer,
  },
  {
    names: ["edit"],
    usage: "/edit [#number] text",
    help: "change the last message of yours here",
    offered: allowed("edit_own"),
    run: edit,
  },
  {
    names: ["delete"],
    usage: "/delete message|channel",
    help: "delete a message by its number, or a channel by its name",
    run: remove,
  },
  {
    names: ["delmsg"],
    usage: "/delmsg message",
    help: "delete a message by its number",
    run: removeMessage,
  },
];
