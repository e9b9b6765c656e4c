/** The ports that `dragoman up` listens on: each is free, and nobody else's of the same house. */
import { once } from "node:events";
import { createServer } from "node:net";
import {
  type Config,
  environmentName,
  type ListenAddress,
  listenError,
  OperatorError,
} from "@dragoman/service-kit";
import { edges } from "./edges.ts";

function addressesOf(config: Config): readonly ListenAddress[] {
  const { host, health } = config;
  const ofHost = { host, hostKey: "host" };
  return [
    ...edges.map(({ section }) => ({
      ...ofHost,
      port: section.of(config).port,
      portKey: `${section.name}.port`,
    })),
    { ...ofHost, port: config.console.port, portKey: "console.port" },
    { ...health, hostKey: "health.host", portKey: "health.port" },
  ];
}

/** What keeps the ports of one process from being opened, in one sentence each. */
export async function checkPorts(config: Config): Promise<readonly string[]> {
  const faults: string[] = [];
  const seen = new Map<number, string>();
  for (const address of addressesOf(config)) {
    const { port, portKey } = address;
    if (port === 0) continue;
    const other = seen.get(port);
    seen.set(port, portKey);
    const [setting, before] = [portKey, other ?? ""].map(environmentName);
    if (other !== undefined)
      faults.push(`${setting}: ${port} is that of ${before}, too; choose another`);
    else faults.push(...(await checkPort(address)));
  }
  return faults;
}

async function checkPort(address: ListenAddress): Promise<readonly string[]> {
  const { host, port } = address;
  const probe = createServer();
  try {
    await once(probe.listen({ host, port }), "listening");
    probe.close();
    await once(probe, "close");
    return [];
  } catch (error) {
    return [listenError(error, address).message];
  }
}

/**
 * Says which ports cannot be had before anything is started.
 * @throws OperatorError
 */
export async function refuseTakenPorts(config: Config): Promise<void> {
  const faults = await checkPorts(config);
  if (faults.length > 0) throw new OperatorError(faults.join("; "), 1);
}
