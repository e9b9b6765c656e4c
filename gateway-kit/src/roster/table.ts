/** The table of the roster: what each event changes in it. */
import { channelRows } from "./channel.ts";
import { emojiRows } from "./emoji.ts";
import { linkRows } from "./link.ts";
import { messageRows } from "./message.ts";
import { moderationRows } from "./moderation.ts";
import { presenceRows } from "./presence.ts";
import { roleRows } from "./role.ts";
import { type Family, type Rows, untouched } from "./row.ts";
import { sessionRows } from "./session.ts";
import { slashRows } from "./slash.ts";
import { statusRows } from "./status.ts";
import { threadRows } from "./thread.ts";
import { userRows } from "./user.ts";
import { voiceRows } from "./voice.ts";

const serverRows: Family<"server"> = {
  "server.updated": (state, { server }) => {
    state.server = server;
    return "nothing";
  },
};

/** Families of which the roster holds nothing. */
type Unheld = "leader" | "attachment" | "webhook" | "push" | "poll" | "reaction" | "pin" | "unread";

const unheldRows: Family<Unheld> = {
  "leader.started": untouched,
  "attachment.added": untouched,
  "attachment.deleted": untouched,
  "webhook.created": untouched,
  "webhook.updated": untouched,
  "webhook.renewed": untouched,
  "webhook.deleted": untouched,
  "push.subscribed": untouched,
  "push.unsubscribed": untouched,
  "poll.voted": untouched,
  "poll.ended": untouched,
  "reaction.added": untouched,
  "reaction.removed": untouched,
  "pin.added": untouched,
  "pin.removed": untouched,
  "unread.marked": untouched,
};

export const rows: Rows = {
  ...channelRows,
  ...emojiRows,
  ...linkRows,
  ...messageRows,
  ...moderationRows,
  ...presenceRows,
  ...roleRows,
  ...serverRows,
  ...sessionRows,
  ...slashRows,
  ...statusRows,
  ...threadRows,
  ...userRows,
  ...voiceRows,
  ...unheldRows,
};
