/** What `dragoman doctor` finds of a journal that the data folder knows and the store does not hold. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CommunityId, journalStream } from "@dragoman/bus-schema";
import { refuseOtherJournal, sayMissed, sayOtherCommunity } from "@dragoman/core";
import { Bus, BusError, type Config, createLogger, OperatorError } from "@dragoman/service-kit";
import { accountName } from "./nats/permission.ts";

/** How long the bus is waited for. */
const patienceMs = 2_000;

/** Why no core would start on the store in the data folder, where nothing runs; undefined: nothing is against it. */
function sayOwnStore({ dataDir }: Config, community: CommunityId): string | undefined {
  const streams = join(resolve(dataDir), "nats", "store", "jetstream");
  const journal = journalStream(community).name;
  const isThere = existsSync(join(streams, accountName("core", community), "streams", journal));
  return isThere ? undefined : sayMissed(dataDir, community);
}

/** The same of a server that the configuration names. Only core may look; for another user nothing is said. */
async function sayServer({ nats, dataDir }: Config, community: CommunityId) {
  if (sayMissed(dataDir, community) === undefined) return undefined;
  const logger = createLogger("silent", "doctor");
  let bus: Bus | undefined;
  try {
    bus = await Bus.connect({ ...nats, name: "core", logger }, patienceMs);
    await refuseOtherJournal(bus, community, dataDir);
    return undefined;
  } catch (error) {
    if (error instanceof BusError) return undefined;
    if (error instanceof OperatorError) return bus === undefined ? undefined : error.message;
    throw error;
  } finally {
    await bus?.close();
  }
}

/** Why a core would not start beside what the data folder knows, in one sentence; undefined: nothing is against it. */
export async function sayForgotten(config: Config): Promise<string | undefined> {
  const community = config.community as CommunityId;
  const other = sayOtherCommunity(config.dataDir, community);
  if (other !== undefined) return other;
  return config.nats.url === "" ? sayOwnStore(config, community) : sayServer(config, community);
}
