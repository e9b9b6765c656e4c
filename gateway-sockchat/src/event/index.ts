/** The outbound table: every canonical event and what it becomes, or why it is silent. */
import type { RenderTable } from "@dragoman/gateway-kit";
import type { SockchatClient } from "../client.ts";
import type { Dialect } from "../dialect.ts";
import { attachmentRows } from "./attachment.ts";
import { channelRows } from "./channel.ts";
import { emojiRows } from "./emoji.ts";
import { importRows } from "./import.ts";
import { inviteRows } from "./invite.ts";
import { journalRows } from "./journal.ts";
import { leaderRows } from "./leader.ts";
import { linkRows } from "./link.ts";
import { messageRows } from "./message.ts";
import { moderationRows } from "./moderation.ts";
import { pinRows } from "./pin.ts";
import { pollRows } from "./poll.ts";
import { presenceRows } from "./presence.ts";
import { pushRows } from "./push.ts";
import { reactionRows } from "./reaction.ts";
import { roleRows } from "./role.ts";
import { serverRows } from "./server.ts";
import { sessionRows } from "./session.ts";
import { slashRows } from "./slash.ts";
import { statusRows } from "./status.ts";
import { threadRows } from "./thread.ts";
import { tokenRows } from "./token.ts";
import { unreadRows } from "./unread.ts";
import { userRows } from "./user.ts";
import { voiceRows } from "./voice.ts";
import { webhookRows } from "./webhook.ts";

export const eventRows: RenderTable<SockchatClient, Dialect> = {
  ...leaderRows,
  ...journalRows,
  ...importRows,
  ...serverRows,
  ...roleRows,
  ...channelRows,
  ...threadRows,
  ...pollRows,
  ...userRows,
  ...linkRows,
  ...inviteRows,
  ...tokenRows,
  ...sessionRows,
  ...presenceRows,
  ...statusRows,
  ...messageRows,
  ...reactionRows,
  ...pinRows,
  ...moderationRows,
  ...unreadRows,
  ...attachmentRows,
  ...emojiRows,
  ...webhookRows,
  ...voiceRows,
  ...slashRows,
  ...pushRows,
};
