/** How the state follows what came in from another server: as it would, were it new, but that nobody is charged with it. */
import { type Carried, type EventOf, type Ignored, rowsByType } from "@dragoman/bus-schema";
import { putAttachment, useAttachments } from "../state/file.ts";
import { importKey } from "../state/imported.ts";
import { openPoll } from "../state/place.ts";
import { moveMarkOn } from "../state/readers.ts";
import { pushNewest } from "../state/recent.ts";
import type { State } from "../state/shape.ts";
import { linkEvents } from "./link.ts";
import { moderationEvents } from "./moderation.ts";
import type { Around, EventRows } from "./row.ts";
import { threadEvents } from "./thread.ts";
import { userEvents } from "./user.ts";

type Row = (state: State, event: Carried, around: Around) => void;

const likeNew = rowsByType<Row | Ignored>({
  ...userEvents,
  ...linkEvents,
  ...moderationEvents,
  ...threadEvents,
});

/**
 * A message of before is no fact that a decision may lack: a lookup finds it as soon as the projection has it, and the facts
 * of what people do now are not pushed out by it.
 */
function takeMessage(state: State, { message }: EventOf<"message.posted">): void {
  state.lastMessageNumber = Math.max(state.lastMessageNumber, message.number);
  if (message.poll?.endedAtUs === null) openPoll(state, message);
  pushNewest(state, message);
  useAttachments(state, message);
}

function take(state: State, event: Carried, around: Around): void {
  switch (event.type) {
    case "message.posted":
      takeMessage(state, event);
      return;
    case "unread.marked":
      moveMarkOn(state, event.userId, event.place, event.messageId);
      return;
    case "attachment.added":
      putAttachment(state, event.attachment);
      return;
    default: {
      const row = likeNew.get(event.type);
      if (typeof row === "function") row(state, event, around);
    }
  }
}

export const importEvents: EventRows<"import"> = {
  "import.stored": (state, { events, votes = [], progress }, around) => {
    for (const event of events) take(state, event, around);
    for (const { pollId, userId, optionIds } of votes) {
      state.votes.get(pollId)?.set(userId, optionIds);
    }
    if (progress === undefined) return;
    const { source, key, cursor } = progress;
    state.imports.set(importKey(source, key), cursor);
  },
};
