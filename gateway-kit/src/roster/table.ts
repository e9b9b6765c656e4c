/** The table of the roster: what each event changes in it. */
import { ignored, ignoring } from "@dragoman/bus-schema";
import { channelRows } from "./channel.ts";
import { emojiRows } from "./emoji.ts";
import { importRows } from "./import.ts";
import { linkRows } from "./link.ts";
import { messageRows } from "./message.ts";
import { moderationRows } from "./moderation.ts";
import { presenceRows } from "./presence.ts";
import { roleRows } from "./role.ts";
import type { Family, Rows } from "./row.ts";
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
  "server.phased": (state, { standing }) => {
    state.standings.set(standing.protocol, standing);
    return "nothing";
  },
  "server.signalled": ignored("the gateway heeds it itself"),
};

/** Families of which the roster holds nothing. */
type Unheld =
  | "leader"
  | "journal"
  | "attachment"
  | "webhook"
  | "invite"
  | "token"
  | "push"
  | "poll"
  | "reaction"
  | "pin"
  | "unread";

const unheldRows: Family<Unheld> = {
  "journal.skipped": ignored("the feed passes the record over"),
  "journal.levelled": ignored("what may be written is the leader's own business"),
  "journal.filled": ignored("it holds nothing"),
  "leader.started": ignored("the record's term is taken from every record"),
  ...ignoring(
    "uploads are looked up when they are asked for",
    "attachment.added",
    "attachment.deleted",
  ),
  ...ignoring(
    "webhooks are core's alone; what they post comes with its author",
    "webhook.created",
    "webhook.updated",
    "webhook.renewed",
    "webhook.deleted",
  ),
  ...ignoring("invites are core's alone", "invite.created", "invite.revoked"),
  ...ignoring("whose token is good is core's to say", "token.issued", "token.ended"),
  ...ignoring("what is subscribed is core's alone", "push.subscribed", "push.unsubscribed"),
  ...ignoring(
    "messages are not held, and this stands in one",
    "poll.voted",
    "poll.ended",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
  ),
  ...ignoring("read marks are asked of core", "unread.marked"),
};

export const rows: Rows = {
  ...importRows,
  ...serverRows,
  ...roleRows,
  ...channelRows,
  ...threadRows,
  ...userRows,
  ...linkRows,
  ...sessionRows,
  ...presenceRows,
  ...statusRows,
  ...messageRows,
  ...moderationRows,
  ...emojiRows,
  ...voiceRows,
  ...slashRows,
  ...unheldRows,
};
