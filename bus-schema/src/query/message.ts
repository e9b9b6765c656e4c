/**
 * Reading messages. A place without a thread stands for the whole channel where a query looks for one message:
 * the answer says where it stands (OriginChats part 2, 9.2 and 9.3). What an id does not name is not found.
 */
import { z } from "zod";
import { Message } from "../content.ts";
import { Place } from "../place.ts";
import { repliesMax, searchedPlacesMax } from "./bounds.ts";

const ref = z.string().max(64);

export const messageQueries = {
  /**
   * A message with so many newer and older ones of its place, oldest first. `start` is how many messages of the
   * place are older than the first; `messages` is empty where the message is not there.
   */
  "message.around": {
    ask: z.object({
      type: z.literal("message.around"),
      place: Place,
      messageId: ref,
      above: z.int().min(0).max(200),
      below: z.int().min(0).max(200),
    }),
    answer: z.object({ messages: z.array(Message), start: z.int() }),
  },
  "message.one": {
    ask: z.object({ type: z.literal("message.one"), place: Place, messageId: ref }),
    answer: z.object({ message: Message.nullable() }),
  },
  /** Direct replies in the place, oldest first; of a deleted message too. */
  "message.replies": {
    ask: z.object({
      type: z.literal("message.replies"),
      place: Place,
      messageId: ref,
      limit: z.int().min(1).max(repliesMax),
    }),
    answer: z.object({ messages: z.array(Message) }),
  },
  /**
   * Messages of the place whose text holds `text`, whatever the case, newest first. Less than three code points
   * are looked for among the newest messages only.
   */
  "message.search": {
    ask: z.object({
      type: z.literal("message.search"),
      place: Place,
      text: z.string().min(1).max(4_000),
      limit: z.int().min(1).max(50),
    }),
    answer: z.object({ messages: z.array(Message) }),
  },
  /**
   * The same of many places, of each its newest `limit`, in the order of the places; answered to the operator alone. Places
   * that are gone and whispers hold nothing. `searched`: so many of the places were looked through, at least one; the
   * others are to be asked for anew.
   */
  "message.matches": {
    ask: z.object({
      type: z.literal("message.matches"),
      places: z.array(Place).min(1).max(searchedPlacesMax),
      text: z.string().min(1).max(4_000),
      limit: z.int().min(1).max(50),
    }),
    answer: z.object({ messages: z.array(Message), searched: z.int() }),
  },
  /**
   * A present message by its id, or by its number, wherever it stands but in a whisper; answered to the
   * operator alone.
   */
  "message.record": {
    ask: z.object({ type: z.literal("message.record"), message: z.string().min(1).max(64) }),
    answer: z.object({ message: Message.nullable() }),
  },
  /** Newest first, whenever they were pinned. */
  "message.pinned": {
    ask: z.object({ type: z.literal("message.pinned"), place: Place }),
    answer: z.object({ messages: z.array(Message) }),
  },
  /**
   * Messages that mention the asking person by a name, former ones too, or by a present role, or reply to one of theirs, in
   * every place that they may view; newest first. `total` counts all of them.
   */
  "message.pings": {
    ask: z.object({
      type: z.literal("message.pings"),
      limit: z.int().min(1).max(100),
      offset: z.int().min(0),
    }),
    answer: z.object({ messages: z.array(Message), total: z.int() }),
  },
} as const;
