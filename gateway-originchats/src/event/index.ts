/**
 * The outbound table: canonical event to packets, or why it is silent. The mapped type makes it complete, in
 * each family file and here.
 */
import type { ShownSignal } from "@dragoman/bus-schema";
import { type RenderTable, renderBy, type View } from "@dragoman/gateway-kit";
import type { OriginchatsClient } from "../client.ts";
import type { Dialect } from "../dialect.ts";
import { typing } from "../packet.ts";
import { shownName } from "../place.ts";
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
import { type Delivery, toChannel } from "./row.ts";
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

export const eventRows: RenderTable<OriginchatsClient, Dialect> = {
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

/** The deliveries of an event, by the table. */
export const render = renderBy(eventRows);

/** `typing` (part 2, section 8). The typist has its own copy as the answer to the request. */
export function renderSignal(signal: ShownSignal, { roster }: View): readonly Delivery[] {
  const channel = roster.channel(signal.place.channelId);
  const user = roster.user(signal.userId);
  if (channel === undefined || user === undefined) return [];
  const delivery = toChannel(channel, (viewerId) =>
    typing(shownName(channel, viewerId, roster), user.name, signal.place.threadId),
  );
  return [{ ...delivery, exceptSessionId: signal.sessionId }];
}
