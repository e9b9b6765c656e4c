/** Slash commands that connections register (OriginChats part 3, section 7). */
import { z } from "zod";
import { ChannelId, SessionId, UserId } from "./id.ts";

/** Commands of one connection, options of one command, choices of one option. */
export const slashCommandsMax = 50;
const optionsMax = 25;
const choicesMax = 50;

const roles = z.array(z.string().min(1).max(64)).max(100);

export const SlashOption = z.object({
  name: z.string().min(1).max(32),
  description: z.string().max(200),
  type: z.enum(["str", "int", "float", "bool", "enum"]),
  required: z.boolean(),
  /** Of an `enum`, at least one. */
  choices: z.array(z.string().max(100)).min(1).max(choicesMax).exactOptional(),
});
export type SlashOption = z.infer<typeof SlashOption>;

/** Whoever holds none of `whitelistRoles`, or one of `blacklistRoles`, may not call it. */
export const SlashCommand = z.object({
  name: z.string().regex(/^[^\s/]{1,32}$/u),
  description: z.string().max(200),
  options: z.array(SlashOption).max(optionsMax),
  whitelistRoles: roles.exactOptional(),
  blacklistRoles: roles.exactOptional(),
  /** Its answers are for the caller alone, and not kept. */
  ephemeral: z.boolean(),
});
export type SlashCommand = z.infer<typeof SlashCommand>;

export const SlashArgs = z.record(z.string().max(64), z.json());
export type SlashArgs = z.infer<typeof SlashArgs>;

/** What a connection has registered. */
export const SlashSet = z.object({
  sessionId: SessionId,
  userId: UserId,
  commands: z.array(SlashCommand).max(slashCommandsMax),
});
export type SlashSet = z.infer<typeof SlashSet>;

/** A call that its handler may answer. */
export const SlashCall = z.object({
  callId: z.string().max(64),
  handlerSessionId: SessionId,
  invokerId: UserId,
  channelId: ChannelId,
  name: z.string().max(32),
  args: SlashArgs,
  ephemeral: z.boolean(),
});
export type SlashCall = z.infer<typeof SlashCall>;
