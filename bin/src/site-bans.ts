/** The bans that the site keeps (Sock Chat reference, 3.3), asked for as a log-in does. */
import { Site } from "@dragoman/core";
import { type SiteBan, SourceRefusal } from "@dragoman/import";
import type { Config, Logger } from "@dragoman/service-kit";

/**
 * All that run. A site that knows another secret says that there are none.
 * @throws SourceRefusal there is no list to be had
 */
export async function siteBans(
  config: Config["site"],
  logger: Logger,
  nowMs: number,
): Promise<readonly SiteBan[]> {
  const bans = await new Site(config, logger, () => nowMs).bans();
  if (bans === null) throw new SourceRefusal(`${config.url} gives no list of bans`);
  return bans;
}
