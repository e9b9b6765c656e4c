/**
 * `/poll` and `/vote` (bridge table, poll). One votes in the newest open poll of the place where one stands, or of a whisper with
 * somebody.
 */
import { isLonger, type Place, pollLimits, trimmed } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { findUser } from "../called.ts";
import { sendNotice } from "../entry.ts";
import { refusal } from "../rejection.ts";
import { placeOf } from "../room.ts";
import { clean } from "../text.ts";
import { type Call, command, isNumber, type SlashRow, targetOf } from "./row.ts";

/** More numbers than any poll has options. */
const numbersMax = 100;

/** The whisper channel of the caller and whoever is called so; undefined: they have none. */
function whisperWith(call: Call): Place | undefined {
  const { roster } = call.view;
  const other = findUser(targetOf(call), roster);
  if (other === undefined || other.userId === call.user.userId) return undefined;
  for (const { channelId, peopleIds, formerId } of roster.channels) {
    if (formerId !== undefined) continue;
    const isTheirs = peopleIds?.includes(call.user.userId) && peopleIds.includes(other.userId);
    if (isTheirs === true) return { channelId };
  }
  return undefined;
}

/** All that one chooses, in one command: it takes the place of what one chose before. */
function vote(call: Call): readonly Step[] {
  const words = call.words.filter((word) => word !== "");
  const isNamed = words[0] !== undefined && !isNumber(words[0]);
  const place = isNamed ? whisperWith(call) : placeOf(call.channel);
  const typed = isNamed ? words.slice(1) : words;
  const isWhole = typed.length > 0 && typed.length <= numbersMax;
  if (place === undefined || !isWhole || typed.some((word) => !/^[0-9]{1,4}$/.test(word))) {
    return [sendNotice(notice("cmderr"), call.view)];
  }
  const options = typed.map(Number);
  const body = { type: "poll.vote", poll: place, options } as const;
  const unchanged = (view: View): readonly Step[] => [
    sendNotice(textNotice("You have voted so already"), view),
  ];
  return [{ ...command(call, body, typed.join(" ")), unchanged }];
}

const wellFormed = `A poll is a question and ${pollLimits.optionsMin} to ${pollLimits.optionsMax} answers: /poll question | answer | answer`;

/** The question, then the answers, each behind a bar or on a line of its own. */
function create(call: Call): readonly Step[] {
  const { view, channel } = call;
  const parts = clean(call.rest)
    .split(/[|\n]/)
    .map((part) => trimmed(part))
    .filter((part) => part !== "");
  const [question = "", ...texts] = parts;
  const { optionsMin, optionsMax, optionText } = pollLimits;
  if (texts.length < optionsMin || texts.length > optionsMax) {
    return [sendNotice(textNotice(wellFormed), view)];
  }
  if (isLonger(question, pollLimits.question)) {
    return [
      sendNotice(textNotice(`A question has at most ${pollLimits.question} characters.`), view),
    ];
  }
  if (texts.some((text) => isLonger(text, optionText))) {
    return [sendNotice(textNotice(`An answer has at most ${optionText} characters.`), view)];
  }
  const options = texts.map((text, index) => ({ optionId: String(index), text }));
  const place = placeOf(channel);
  return [
    command(
      call,
      { type: "poll.create", place, question, options, multi: false, endsMs: null },
      "",
      { not_permitted: (rejection) => refusal(rejection, { command: null, given: "" }) },
    ),
  ];
}

export const pollSlash: readonly SlashRow[] = [
  {
    names: ["poll"],
    usage: "/poll question | answer | answer",
    help: "ask everybody here something",
    run: create,
  },
  {
    names: ["vote"],
    usage: "/vote [name] number [number ...]",
    help: "vote in the newest poll here, or in your whispers with a person",
    run: vote,
  },
];
