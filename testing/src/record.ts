/** Small true records for the tests of the projection. */
import type {
  ChannelId,
  CommandId,
  Content,
  Event,
  Message,
  MessageId,
  MessageNumber,
  Place,
  UserId,
} from "@dragoman/bus-schema";
import type { FeedRecord } from "@dragoman/service-kit";

const uuid = (kind: number, n: number): string =>
  `0000000${kind}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

export const ada = "ada" as UserId;
export const messageId = (number: number): MessageId => uuid(1, number) as MessageId;
export const channelId = (n: number): ChannelId => uuid(2, n) as ChannelId;
export const general: Place = { channelId: channelId(1) };
export const random: Place = { channelId: channelId(2) };

/** The message of a number; its id follows from it. */
export function message(number: number, place: Place = general, text = `line ${number}`): Message {
  return {
    messageId: messageId(number),
    number: number as MessageNumber,
    place,
    author: { kind: "user", userId: ada },
    kind: "text",
    content: { text, markup: "markdown" } satisfies Content,
    createdAtUs: 1_700_000_000_000_000 + number,
  };
}

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
export const recordId = (seq: number): string => (seq === 0 ? "" : `record-${seq}`);

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
