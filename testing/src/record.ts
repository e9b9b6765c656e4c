/** Small true records for the tests of the projection. */
import type { CommandId, Event, Message, MessageNumber, Place, UserId } from "@dragoman/bus-schema";
import type { FeedRecord } from "@dragoman/service-kit";
import { channelId, messageId, message as nth, userId } from "./people.ts";

export const ada = userId("ada");
export const general: Place = { channelId: channelId(1) };
export const random: Place = { channelId: channelId(2) };

/** The message of a number; its id follows from it. */
export const message = (number: number, place: Place = general, text = `line ${number}`): Message =>
  nth(number, { place, content: { text, markup: "markdown" } });

export const posted = (number: number, place: Place = general): Event => ({
  type: "message.posted",
  message: message(number, place),
});

export const edited = (number: number, text: string, place: Place = general): Event => ({
  type: "message.edited",
  message: message(number, place, text),
  recent: true,
});

export const deleted = (number: number, place: Place = general): Event => ({
  type: "message.deleted",
  messageId: messageId(number),
  number: number as MessageNumber,
  place,
  author: { kind: "user", userId: ada },
  byId: ada,
});

export const marked = (number: number, place: Place = general, userId: UserId = ada): Event => ({
  type: "unread.marked",
  userId,
  place,
  messageId: messageId(number),
});

/** The id of the record at a place of an undisturbed journal; "" before the first. */
const recordId = (seq: number): string => (seq === 0 ? "" : `record-${seq}`);

/** A record that follows `recordId(seq - 1)`. */
export function record(seq: number, ...events: Event[]): FeedRecord {
  return {
    seq,
    unknown: [],
    batch: {
      v: 2,
      id: recordId(seq),
      term: 1,
      prev: recordId(seq - 1),
      at: 1_700_000_000_000 + seq,
      commits: [{ cause: { commandId: `test.${seq}` as CommandId, actor: "user" }, events }],
    },
  };
}
