/** Commands about channels. `channel` is a channel id or a typed name. */
import { z } from "zod";
import { ChannelPermissions } from "../community.ts";

const channel = z.string().min(1).max(100);
const kind = z.enum(["text", "voice", "forum", "separator"]);
const name = z.string().min(1).max(80);
const description = z.string().max(2000);
const displayName = z.string().max(100);
const size = z.number().min(0).max(10_000);
const rank = z.int().min(0).max(255);

export const channelCommands = {
  /**
   * Makes a channel at the end of the list. Who may make none that last gets a temporary one. A session
   * that stands in one place is moved into it.
   */
  "channel.create": z.object({
    type: z.literal("channel.create"),
    kind,
    name,
    description: description.exactOptional(),
    displayName: displayName.exactOptional(),
    permissions: ChannelPermissions,
    minRank: rank.exactOptional(),
    size: size.exactOptional(),
    temporary: z.boolean().exactOptional(),
  }),
  /** Absent fields stay as they are, null takes a thing away. `permissions` replaces all lists. */
  "channel.update": z.object({
    type: z.literal("channel.update"),
    channel,
    kind: kind.exactOptional(),
    name: name.exactOptional(),
    description: description.nullable().exactOptional(),
    displayName: displayName.nullable().exactOptional(),
    permissions: ChannelPermissions.exactOptional(),
    minRank: rank.exactOptional(),
    icon: z.string().max(2000).nullable().exactOptional(),
    size: size.nullable().exactOptional(),
    password: z.string().min(1).max(1000).nullable().exactOptional(),
  }),
  /** `index`: its place in the whole list after it was taken out; above the end is the end. */
  "channel.move": z.object({
    type: z.literal("channel.move"),
    channel,
    index: z.int().min(0),
  }),
  /** People who stand in it are moved to the default channel first. */
  "channel.delete": z.object({ type: z.literal("channel.delete"), channel }),
  /** Ends the own admission to a channel with a password. */
  "channel.leave": z.object({ type: z.literal("channel.leave"), channel }),
} as const;
