/** The end of a message, whoever brings it about: the same events for all who follow the journal. */
import type { Event, EventOf, MessageId, UserId } from "@dragoman/bus-schema";
import { attachmentsShownBy } from "../state/file.ts";
import { newestWithout } from "../state/recent.ts";
import type { Reading, State } from "../state/shape.ts";
import { attachmentDeletedEvent } from "./attachment.ts";

type Deleted = EventOf<"message.deleted">;

/**
 * `message.deleted`, and the ends of the uploads that the message shows.
 * @param byId who deletes it; null: nobody
 * @param going what goes with it, itself included; absent: it alone
 */
export function deletedEvents(
  state: Reading<State>,
  { messageId, number, place, author }: Pick<Deleted, "messageId" | "number" | "place" | "author">,
  byId: UserId | null,
  { expired, going }: { readonly expired?: true; readonly going?: ReadonlySet<MessageId> } = {},
): readonly Event[] {
  const newest = newestWithout(state, { messageId, place }, going);
  return [
    {
      type: "message.deleted",
      messageId,
      number,
      place,
      author,
      byId,
      ...(expired === undefined ? {} : { expired }),
      ...(newest === undefined ? {} : { newest }),
    },
    ...attachmentsShownBy(state, messageId).map((held) =>
      attachmentDeletedEvent(held, "message", byId),
    ),
  ];
}
