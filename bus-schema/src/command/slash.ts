/** Commands about slash commands that connections register. */
import { z } from "zod";
import { Content, Embed } from "../content.ts";
import { ChannelId } from "../id.ts";
import { SlashArgs, SlashCommand, slashCommandsMax } from "../slash.ts";

export const slashCommands = {
  /** Takes the place of what the session had registered. */
  "slash.register": z.object({
    type: z.literal("slash.register"),
    commands: z.array(SlashCommand).min(1).max(slashCommandsMax),
  }),
  "slash.call": z.object({
    type: z.literal("slash.call"),
    channelId: ChannelId,
    name: z.string().max(64),
    args: SlashArgs,
  }),
  /**
   * `invoker`: an id or a name; absent: whoever responds. `name` absent: the command of the newest call that it may
   * answer. `ephemeral` makes the answer to a call the caller's alone, as the command's own does.
   */
  "slash.respond": z.object({
    type: z.literal("slash.respond"),
    channelId: ChannelId,
    name: z.string().min(1).max(64).exactOptional(),
    invoker: z.string().max(64).exactOptional(),
    ephemeral: z.boolean().exactOptional(),
    content: Content,
    embeds: z.array(Embed).max(10).exactOptional(),
  }),
} as const;
