/** One service as a process of its own. */
import { checkFolder, refuseUnsound } from "./check-config.ts";
import type { Config } from "./config.ts";
import { endOnUncaught } from "./fatal.ts";
import { startHealth } from "./health.ts";
import { type EdgeFacts, type Service, type ServiceContext, untilSignal } from "./lifecycle.ts";
import { loadConfig } from "./load-config.ts";
import { createLogger } from "./logger.ts";
import { createRegistry } from "./metrics.ts";
import { OperatorError } from "./operator-error.ts";
import { measureBuild } from "./process-metrics.ts";
import { reloadOnHangup } from "./reload.ts";
import { followShared } from "./shared/follow.ts";
import { SharedSettings } from "./shared/taken.ts";
import { passOverSignals } from "./signals.ts";
import { startTracing } from "./tracing.ts";

interface RunOptions {
  /** The edges of the deployment, whose sections the configuration may have. */
  readonly edges?: readonly EdgeFacts[];
  /** Whether it cannot work without a NATS server. */
  readonly needsBus?: boolean;
  /** Whether it keeps something in the data folder. */
  readonly needsFolder?: boolean;
}

/**
 * Runs a service until SIGTERM, SIGINT or SIGQUIT, or until it fails for good, with its health port. An error that the
 * operator can act upon is printed as one line and gives its exit code; one that nobody catches is logged as
 * `fatal` and ends the process with exit code 1.
 */
export async function runService(
  name: string,
  start: (context: ServiceContext) => Promise<Service>,
  { edges = [], needsBus = true, needsFolder = false }: RunOptions = {},
): Promise<void> {
  const services: Service[] = [];
  try {
    const sections = edges.map(({ section }) => section);
    let warnings: readonly string[] = [];
    const shared = new SharedSettings();
    const read = (): Config => {
      const { config, origins } = loadConfig(process.env, {}, sections, shared.tree);
      warnings = refuseUnsound(config, edges);
      shared.readAs(origins);
      return config;
    };
    const config = read();
    if (needsBus && config.nats.url === "") {
      throw new OperatorError(
        "DRAGOMAN_NATS_URL is not set: a single service needs a NATS server, such as nats://127.0.0.1:4222",
        2,
      );
    }
    const unusable = needsFolder ? checkFolder(config) : undefined;
    if (unusable !== undefined) throw new OperatorError(unusable, 2);
    const logger = createLogger(config.logLevel, name, config.logForm);
    endOnUncaught(logger);
    passOverSignals((line) => logger.warn(line));
    const registry = createRegistry();
    measureBuild(registry);
    const followers = needsBus
      ? [
          await followShared({
            shared,
            user: name,
            nats: config.nats,
            community: config.community,
            config,
            read,
            logger,
          }),
        ]
      : [];
    services.push(...followers);
    for (const why of warnings) logger.warn({ why }, "look at the configuration");
    const readAgain = (): Config => {
      shared.retry(read);
      return read();
    };
    reloadOnHangup(config, readAgain, logger, [], (keys) => shared.waits(keys));
    const endTracing = await startTracing(name, logger);
    let service: Service | undefined;
    const states = (): readonly Service[] => (service === undefined ? [] : [service, ...followers]);
    services.push(await startHealth(config.health, states, registry));
    service = await start({ config, edges, logger, registry });
    services.push(service);
    logger.info({ port: service.port }, "started");
    const failed = service.failed ?? new Promise<never>(() => undefined);
    const why = await Promise.race([untilSignal().then(() => null), failed]);
    if (why === null) logger.info("stopping");
    else logger.fatal({ why }, "cannot go on");
    for (const service of [...services].reverse()) await service.stop();
    await endTracing();
    process.exit(why === null ? 0 : 1);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`dragoman ${name}: ${error.message}\n`);
    process.exit(error.exitCode);
  }
}
