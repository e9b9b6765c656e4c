/**
 * What services stand on: a data folder that is held, and a bus, either a server of our own in that folder or the one
 * that the configuration names.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { CommunityId, GatewayId } from "@dragoman/bus-schema";
import { type Config, type Logger, OperatorError } from "@dragoman/service-kit";
import { type DataFolder, readRun, takeDataFolder } from "./data-folder.ts";
import { type EdgeProtocol, forEachEdge } from "./edges.ts";
import { findNatsServer } from "./nats/find.ts";
import type { NatsUser } from "./nats/permission.ts";
import { type NatsServer, startNats } from "./nats/server.ts";
import { type NatsGuard, superviseNats } from "./nats/supervise.ts";

export interface RunningBus {
  readonly natsUrl: string;
  /** The ids that the server's permissions bind the gateways to; absent on a server of one's own. */
  readonly gatewayIds: Readonly<Record<EdgeProtocol, GatewayId>> | undefined;
  /** The configuration as one service sees it: the bus under its own credentials. */
  configFor(user: NatsUser): Config;
  /** Resolves, with why, when the bus is gone for good. */
  readonly failed: Promise<string>;
  /** Ends the server, if it is ours. */
  leave(): Promise<void>;
}

const never: Promise<never> = new Promise(() => undefined);

/** Another one at each start (journal 4.6). */
function newGatewayId(protocol: EdgeProtocol): GatewayId {
  return `${protocol}_${randomBytes(9).toString("base64url")}` as GatewayId;
}

/**
 * Takes the data folder.
 * @throws OperatorError saying who has it
 */
export function lockDataFolder(config: Config): DataFolder {
  const folder = takeDataFolder(config.dataDir);
  if (folder !== null) return folder;
  const run = readRun(config.dataDir);
  const who = run === null ? "" : ` (process ${run.pid})`;
  throw new OperatorError(`${config.dataDir} is in use by a running dragoman${who}`, 1);
}

function onOwnServer(folder: DataFolder, config: Config, server: NatsServer, guard: NatsGuard) {
  const { url, credentials, storeDir } = server.layout;
  return {
    natsUrl: url,
    failed: guard.failed,
    configFor: (user: NatsUser): Config => ({
      ...config,
      dataDir: folder.path,
      nats: { ...config.nats, url, ...credentials[user] },
      storage: { ...config.storage, natsDir: storeDir },
    }),
    leave: () => guard.stop(),
  };
}

/**
 * Brings up the bus over a folder that is held.
 * @param say told in one line what takes time
 * @throws OperatorError when there is no nats-server
 */
export async function startBus(
  folder: DataFolder,
  config: Config,
  logger: Logger,
  say: (line: string) => void,
): Promise<RunningBus> {
  const { url } = config.nats;
  if (url !== "") {
    return {
      natsUrl: url,
      gatewayIds: undefined,
      failed: never,
      configFor: () => ({ ...config, dataDir: folder.path }),
      leave: async () => undefined,
    };
  }
  const binary = await findNatsServer(folder.path, { say });
  const gatewayIds = forEachEdge(({ protocol }) => newGatewayId(protocol));
  const community = config.community as CommunityId;
  const server = await startNats({
    folder: join(folder.path, "nats"),
    binary,
    community,
    gatewayIds,
  });
  const guard = superviseNats(server, binary, logger);
  return { ...onOwnServer(folder, config, server, guard), gatewayIds };
}
