/** The console as a process of its own. */
import {
  createLogger,
  createRegistry,
  loadConfig,
  OperatorError,
  startHealth,
  untilSignal,
} from "@dragoman/service-kit";
import { start } from "./console.ts";

async function main(): Promise<void> {
  const { config } = loadConfig();
  const registry = createRegistry();
  const service = await start({
    config,
    logger: createLogger(config.logLevel, "console"),
    registry,
  });
  try {
    const health = await startHealth(config.health, () => [service], registry);
    await untilSignal();
    await health.stop();
  } finally {
    await service.stop();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
