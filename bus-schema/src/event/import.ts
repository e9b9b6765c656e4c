import { z } from "zod";
import { PollId, UserId } from "../id.ts";
import { ImportProgress } from "../import.ts";
import { OptionId } from "../poll.ts";
import { anyOf } from "../shapes.ts";
import { attachmentEvents } from "./attachment.ts";
import { linkEvents } from "./link.ts";
import { messageEvents } from "./message.ts";
import { moderationEvents } from "./moderation.ts";
import { threadEvents } from "./thread.ts";
import { unreadEvents } from "./unread.ts";
import { userEvents } from "./user.ts";

/** What comes in without anybody being told: the events that would tell it, were it new. */
const carried = {
  "user.joined": userEvents["user.joined"],
  "user.departed": userEvents["user.departed"],
  "user.nicknamed": userEvents["user.nicknamed"],
  "link.joined": linkEvents["link.joined"],
  "moderation.banned": moderationEvents["moderation.banned"],
  "moderation.silenced": moderationEvents["moderation.silenced"],
  "thread.created": threadEvents["thread.created"],
  "attachment.added": attachmentEvents["attachment.added"],
  "message.posted": messageEvents["message.posted"],
  "unread.marked": unreadEvents["unread.marked"],
} as const;
const Carried = anyOf(carried);
/** One of the events that `import.stored` carries. */
export type Carried = z.infer<typeof Carried>;

export const importEvents = {
  /**
   * A piece of another server's history is the community's own. What it carries is so from here on and was so before: it is
   * told to nobody, calls nobody, and costs nobody anything. `votes`: what people chose in the polls of its messages.
   */
  "import.stored": z.object({
    type: z.literal("import.stored"),
    progress: ImportProgress.exactOptional(),
    events: z.array(Carried).max(2_000),
    votes: z
      .array(
        z.object({ pollId: PollId, userId: UserId, optionIds: z.array(OptionId).min(1).max(10) }),
      )
      .exactOptional(),
  }),
} as const;
