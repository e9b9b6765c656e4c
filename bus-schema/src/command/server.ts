/** Commands about the community itself. */
import { z } from "zod";
import { ServerAsset } from "../file.ts";
import { ChannelId, GatewayId } from "../id.ts";
import { Phase, phaseTextMax } from "../phase.ts";
import { Protocol } from "../session.ts";

export const serverCommands = {
  /** Absent fields stay as they are; `icon` and `banner` null: none. */
  "server.update": z.object({
    type: z.literal("server.update"),
    name: z.string().max(100).exactOptional(),
    icon: ServerAsset.nullable().exactOptional(),
    banner: ServerAsset.nullable().exactOptional(),
    motd: z.string().max(1000).exactOptional(),
    defaultChannelId: ChannelId.exactOptional(),
  }),
  /**
   * Has a protocol come to a phase: at once, or at a date (epoch ms of people's clocks). A step forward leaves a later one
   * that was planned; any other drops it. `text` absent: the words stay.
   */
  "server.phase": z.object({
    type: z.literal("server.phase"),
    protocol: Protocol,
    phase: Phase,
    dateMs: z.int().min(0).exactOptional(),
    text: z.string().max(phaseTextMax).exactOptional(),
  }),
  /** See `server.signalled`. */
  "server.signal": z.object({
    type: z.literal("server.signal"),
    signal: z.enum(["reload", "drain"]),
    gatewayId: GatewayId.exactOptional(),
  }),
  /**
   * Puts other settings in the place of those that all processes share, as they would stand in a file. `expected`: the
   * revision that was looked at before, 0: none; another by now refuses it.
   */
  "server.configure": z.object({
    type: z.literal("server.configure"),
    settings: z.record(z.string().max(64), z.unknown()),
    expected: z.int().min(0),
  }),
} as const;
