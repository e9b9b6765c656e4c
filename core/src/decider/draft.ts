/** New messages of one decision: their ids, numbers and times, each above all before (docs/journal.md 2.7). */
import type { EventOf, Message, MessageId, MessageNumber, Place } from "@dragoman/bus-schema";
import type { DecisionContext } from "./row.ts";

export type Draft = Omit<Message, "messageId" | "number" | "createdAtUs">;

/** A maker of `message.posted` for the messages of one decision: it gives each its id, number and time, in order. */
export function drafts(context: DecisionContext): (draft: Draft) => EventOf<"message.posted"> {
  let number = context.state.lastMessageNumber;
  let createdAtUs = context.state.lastCreatedAtUs;
  return (draft) => {
    number += 1;
    createdAtUs = Math.max(context.nowMs * 1000, createdAtUs + 1);
    const message: Message = {
      ...draft,
      messageId: context.inputs.newUuid() as MessageId,
      number: number as MessageNumber,
      createdAtUs,
    };
    return { type: "message.posted", message };
  };
}

/** The draft of a line by the server itself. */
export function systemLine(place: Place, text: string): Draft {
  return {
    place,
    author: { kind: "system" },
    kind: "text",
    content: { text, markup: "markdown" },
  };
}
