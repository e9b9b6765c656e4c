/** The store of a community with core's rights, whether the services run or not; a core is never started for it. */
import { join } from "node:path";
import type { CommunityId } from "@dragoman/bus-schema";
import { Bus, type Config, createLogger, type Logger, OperatorError } from "@dragoman/service-kit";
import { startBus } from "../bus.ts";
import type { Closers } from "../closers.ts";
import { exitCode } from "../command/exit-code.ts";
import { readRun, requireCommunity, takeDataFolder } from "../data-folder.ts";

export interface Store {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** @throws OperatorError when it cannot be reached, or `alone` and the services run */
export async function openStore(
  config: Config,
  closers: Closers,
  { alone }: { readonly alone: boolean },
): Promise<Store> {
  const logger = createLogger("error", "dragoman");
  const nats = await findNats(config, closers, logger, alone);
  const bus = await reached({ ...nats, name: "core", logger });
  await closers.add(() => bus.close());
  return { bus, community: config.community as CommunityId, logger };
}

/** @throws OperatorError with the exit code for a house that does not answer */
async function reached(options: Parameters<typeof Bus.connect>[0]): Promise<Bus> {
  try {
    return await Bus.connect(options);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new OperatorError(error.message, exitCode.unanswered, { cause: error });
  }
}

async function findNats(
  config: Config,
  closers: Closers,
  logger: Logger,
  alone: boolean,
): Promise<Pick<Config["nats"], "url" | "user" | "password">> {
  if (config.nats.url !== "") return config.nats;
  if (!alone) requireCommunity(config.dataDir);
  const folder = takeDataFolder(config.dataDir);
  if (folder === null) {
    if (alone) throw new OperatorError(`${config.dataDir} is in use: stop dragoman first`, 1);
    const core = readRun(config.dataDir)?.core;
    if (core !== undefined) return core;
    throw new OperatorError(
      `${config.dataDir}: dragoman is just starting or ending, try again`,
      exitCode.unanswered,
    );
  }
  await closers.add(async () => folder.release());
  const running = await startBus(folder, { ...config, dataDir: join(folder.path) }, logger, say);
  await closers.add(() => running.leave());
  return running.configFor("core").nats;
}
