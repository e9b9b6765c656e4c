/** Messages that somebody asked for, in one notice: `#number name: first words…`, each on a line. */
import { excerptOf, type Message, type Place } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { roomAt } from "../room.ts";
import { join, safe, vouch } from "../text.ts";
import { quoteOf } from "../view.ts";
import type { Call } from "./row.ts";

/** More than a screen takes in. */
const shownMax = 20;

/**
 * @param title stands above them
 * @param none is said where there are none
 * @param view that of the moment at which it is told: whoever may no longer look into the place is told of nothing
 */
export function foundNotice(
  { session }: Call,
  place: Place,
  messages: readonly Message[],
  title: string,
  none: string,
  view: View,
): readonly Step[] {
  const { roster } = view;
  const room = roomAt(place, roster);
  const entitled = room !== undefined && roster.sees(session.userId, room);
  if (!entitled || messages.length === 0) return [sendNotice(textNotice(none), view)];
  const lines = messages.slice(0, shownMax).map((message) => {
    const { number, author } = message;
    return safe`#${number} ${quoteOf(author, wordsOf(message), roster)}`;
  });
  const more = messages.length > shownMax ? ` (the newest ${shownMax} of ${messages.length})` : "";
  const text = join([vouch(`${title}${more}:`), ...lines], " <br/> ");
  return [sendNotice(notice("say", text), view)];
}

/** The question of a poll stands for it. */
const wordsOf = (message: Message): string => message.poll?.question ?? excerptOf(message);
