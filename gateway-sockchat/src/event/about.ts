/**
 * Notices to a room about one of its messages: what its reactions, pins and votes become, for which no packets exist.
 * There are so many in a minute at most, whoever makes them, and they go when the message's words do.
 */
import type { MessageId, Place } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { messageAddPacket } from "../packet.ts";
import { roomAt } from "../room.ts";
import { type Html, safe, vouch } from "../text.ts";
import { ToldLines } from "../told.ts";
import { noticeLine, privateMark, secondsOfMs } from "../view.ts";
import { type Delivery, hearersOf, to } from "./row.ts";

/** Said in place of the first notice that is one too many. */
const tooMany = vouch("More is done to messages here than is told of");

/** The notice to whoever hears the message's room; in a whisper as a private one, to those two. */
export function renderAbout(
  { messageId, place }: { readonly messageId: MessageId; readonly place: Place },
  text: Html,
  view: View,
): readonly Delivery[] {
  const room = roomAt(place, view.roster);
  if (room === undefined) return [];
  const told = view.roster.extension(ToldLines);
  const admitted = told.admit(place, view.steadyMs);
  if (admitted === "no") return [];
  const id = view.lineNumber();
  if (admitted === "yes") told.add(messageId, id);
  const said = safe`${privateMark(room, view.roster)}${admitted === "yes" ? text : tooMany}`;
  const line = noticeLine(notice("say", said), secondsOfMs(view.clockMs), id);
  const flags = room.kind === "whisper" ? "10011" : line.flags;
  return [to(hearersOf(room), [messageAddPacket({ ...line, flags })])];
}
