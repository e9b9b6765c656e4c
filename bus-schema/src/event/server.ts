import { z } from "zod";
import { Server } from "../community.ts";
import { GatewayId } from "../id.ts";
import { DescribedPhase, Phase, Standing } from "../phase.ts";

/** What is told of a change of settings: of a longer one, or of more of them, the rest is not. */
const changeLengthMax = 300;
export const changesMax = 200;

export const serverEvents = {
  /** The whole description of the community, after any change of it. */
  "server.updated": z.object({
    type: z.literal("server.updated"),
    server: Server,
    /** What the configuration said, where it was the cause: what people changed since stays until it differs. */
    described: Server.pick({ name: true, ownerName: true, motd: true }).exactOptional(),
  }),
  /** Where a protocol stands from now on, and stood `before`. `described`: what the configuration said, where it was the cause. */
  "server.phased": z.object({
    type: z.literal("server.phased"),
    standing: Standing,
    before: Phase,
    described: DescribedPhase.exactOptional(),
  }),
  /**
   * An operator asks processes that run: all of them to read their configuration again, or a gateway to take nobody in any
   * more and to have its people come back elsewhere.
   */
  "server.signalled": z.object({
    type: z.literal("server.signalled"),
    signal: z.enum(["reload", "drain"]),
    /** Of `drain`: which gateway. */
    gatewayId: GatewayId.exactOptional(),
    /** Of `reload`, where the shared settings have changed: which revision it is, and what has changed, in words. */
    revision: z.int().exactOptional(),
    changes: z.array(z.string().max(changeLengthMax)).max(changesMax).exactOptional(),
  }),
} as const;
