/** All canonical commands: what a gateway or an operator asks of the leader. Grows by families. */
import type { z } from "zod";
import { anyOf } from "../shapes.ts";
import { attachmentCommands } from "./attachment.ts";
import { canaryCommands } from "./canary.ts";
import { channelCommands } from "./channel.ts";
import { emojiCommands } from "./emoji.ts";
import { importCommands } from "./import.ts";
import { inviteCommands } from "./invite.ts";
import { journalCommands } from "./journal.ts";
import { linkCommands } from "./link.ts";
import { messageCommands } from "./message.ts";
import { moderationCommands } from "./moderation.ts";
import { pinCommands } from "./pin.ts";
import { pollCommands } from "./poll.ts";
import { pushCommands } from "./push.ts";
import { reactionCommands } from "./reaction.ts";
import { roleCommands } from "./role.ts";
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

const commandShapes = {
  ...journalCommands,
  ...importCommands,
  ...serverCommands,
  ...roleCommands,
  ...channelCommands,
  ...threadCommands,
  ...pollCommands,
  ...userCommands,
  ...linkCommands,
  ...inviteCommands,
  ...sessionCommands,
  ...statusCommands,
  ...messageCommands,
  ...reactionCommands,
  ...pinCommands,
  ...moderationCommands,
  ...unreadCommands,
  ...attachmentCommands,
  ...emojiCommands,
  ...webhookCommands,
  ...voiceCommands,
  ...slashCommands,
  ...pushCommands,
  ...typingCommands,
  ...canaryCommands,
} as const;

type Shapes = typeof commandShapes;
export type CommandType = keyof Shapes;
/** One command by its type, e.g. `CommandOf<"message.post">`. */
export type CommandOf<T extends CommandType> = z.infer<Shapes[T]>;
export type Command = { [T in CommandType]: CommandOf<T> }[CommandType];

export const Command: z.ZodType<Command> = anyOf(commandShapes);
export const commandTypes = Object.keys(commandShapes) as readonly CommandType[];
