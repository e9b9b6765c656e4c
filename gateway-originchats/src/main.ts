/** The process of a lone OriginChats gateway. */
import {
  createLogger,
  createRegistry,
  loadConfig,
  OperatorError,
  startHealth,
  untilSignal,
} from "@dragoman/service-kit";
import { start } from "./start.ts";

async function run(): Promise<void> {
  const { config } = loadConfig();
  const logger = createLogger(config.logLevel, "gateway-originchats");
  const registry = createRegistry();
  const gateway = await start({ config, logger, registry });
  const health = await startHealth(config.health, () => [gateway], registry);
  await untilSignal();
  await gateway.stop();
  await health.stop();
}

try {
  await run();
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
