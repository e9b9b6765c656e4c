/** The inbound table: wire name to row. It changes only when a family is born. */
import { adoptionCommands } from "./adoption.ts";
import { assignCommands } from "./assign.ts";
import { attachmentCommands } from "./attachment.ts";
import { auditCommands } from "./audit.ts";
import { budgetCommands } from "./budget.ts";
import { channelCommands } from "./channel.ts";
import { emojiCommands } from "./emoji.ts";
import { messageCommands } from "./message.ts";
import { moderationCommands } from "./moderation.ts";
import { pinCommands } from "./pin.ts";
import { pluginCommands } from "./plugin.ts";
import { pollCommands } from "./poll.ts";
import { pushCommands } from "./push.ts";
import { reactionCommands } from "./reaction.ts";
import { readingCommands } from "./reading.ts";
import { registeredCommands } from "./registered.ts";
import { roleCommands } from "./role.ts";
import type { CommandRows, Row } from "./row.ts";
import { serverCommands } from "./server.ts";
import { sessionCommands } from "./session.ts";
import { slashCommands } from "./slash.ts";
import { statusCommands } from "./status.ts";
import { threadCommands } from "./thread.ts";
import { typingCommands } from "./typing.ts";
import { unreadCommands } from "./unread.ts";
import { userCommands } from "./user.ts";
import { voiceCommands } from "./voice.ts";
import { webhookCommands } from "./webhook.ts";

export const families: readonly CommandRows[] = [
  sessionCommands,
  userCommands,
  channelCommands,
  threadCommands,
  pollCommands,
  roleCommands,
  assignCommands,
  statusCommands,
  messageCommands,
  readingCommands,
  reactionCommands,
  pinCommands,
  unreadCommands,
  moderationCommands,
  auditCommands,
  adoptionCommands,
  budgetCommands,
  typingCommands,
  slashCommands,
  attachmentCommands,
  emojiCommands,
  webhookCommands,
  serverCommands,
  registeredCommands,
  voiceCommands,
  pushCommands,
  pluginCommands,
];

/** All commands of a signed-in connection, by their exact `cmd`. Names come from strangers: hence a `Map`. */
export const commands: ReadonlyMap<string, Row> = new Map(families.flatMap(Object.entries));
