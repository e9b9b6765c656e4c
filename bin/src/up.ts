/** `dragoman up`: the services in one process, until a signal ends it. */
import { closeSync, openSync } from "node:fs";
import {
  type Config,
  checkFolder,
  createLogger,
  endOnUncaught,
  type Follower,
  followShared,
  OperatorError,
  publicHost,
  refuseUnsound,
  reloadOnHangup,
  SharedSettings,
  untilSignal,
  wallMs,
} from "@dragoman/service-kit";
import { localCertificate } from "./certificate.ts";
import { Closers } from "./closers.ts";
import { demoAccounts, demoPassword } from "./demo.ts";
import { edges, readConfig } from "./edges.ts";
import { type Services, type StartOptions, startServices } from "./services.ts";

/** The whole way down may take so long, besides what sockets are spread over, before it is cut short. */
const downMs = 9_000;

export interface UpOptions {
  /** Speak TLS, with a certificate for this machine when none is configured. */
  readonly tls: boolean;
}

const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function accountLines(services: Services): readonly string[] {
  const npx = "npx dragoman user add <name> --role owner";
  if (!services.hasAccounts) return [`There is no account yet; the first owner: ${npx}`];
  const made = services.demo;
  if (made !== null && Object.values(made).some((password) => password !== demoPassword)) {
    const list = Object.entries(made).map(([name, password]) => `  ${name}  ${password}`);
    return ["Demo accounts with their passwords, which are not shown again:", ...list];
  }
  if (!services.isDemo) return [];
  const names = demoAccounts.map(({ name, roles }) => `${name} (${roles[0] ?? "member"})`);
  return [`Demo accounts: ${names.join(", ")}; password ${demoPassword}`];
}

const titleWidth = Math.max(
  ...["Playground", ...edges.map(({ title }) => title)].map((title) => title.length),
);

function banner(config: Config, services: Services, certificate: string): readonly string[] {
  const isTls = config.tls.cert !== "";
  const host = publicHost(config.host, isTls);
  const [ws, http] = isTls ? ["wss", "https"] : ["ws", "http"];
  const lines = [
    "",
    `${"Playground".padEnd(titleWidth)}  ${http}://${host}:${services.console.port}/`,
    ...edges.map(({ title, protocol }) => {
      return `${title.padEnd(titleWidth)}  ${ws}://${host}:${services.gateways[protocol].port}/`;
    }),
    `${"Health".padEnd(titleWidth)}  http://${publicHost(config.health.host, false)}:${services.health.port}/readyz`,
    "",
    ...accountLines(services),
  ];
  if (certificate !== "") {
    const pages = edges.map(
      ({ protocol }) => `https://localhost:${services.gateways[protocol].port}/`,
    );
    lines.push(
      `Certificate for this machine: ${certificate}`,
      `A browser trusts it once you have opened ${pages.join(" and ")} in it and gone on past its warning,` +
        " or when you import the file in its settings.",
    );
  }
  lines.push("Stop it with Ctrl-C; a later start finds everything again.");
  return lines;
}

/** The configuration with a certificate of our own where `--tls` asks for one and none is given. */
function withCertificate(config: Config, isWanted: boolean): [Config, string] {
  if (!isWanted || config.tls.cert !== "" || config.tls.key !== "") return [config, ""];
  const tls = localCertificate(config.dataDir, wallMs());
  return [{ ...config, tls }, tls.cert];
}

/** Whoever closes the terminal ends us. Otherwise the signal has the configuration read again. */
function untilHangUp(): Promise<"SIGHUP"> {
  const hadTerminal = hasTerminal();
  return new Promise((done) => {
    process.on("SIGHUP", () => {
      if (hadTerminal && !hasTerminal()) done("SIGHUP");
    });
  });
}

/** Whether there is a terminal that a person could end us from. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    // There is none, or not any more.
    return false;
  }
}

/**
 * Runs until SIGTERM, SIGINT or SIGQUIT, or until a part fails for good.
 * @returns the exit code
 * @throws OperatorError when the services cannot be started
 */
export async function up(options: UpOptions): Promise<number> {
  let warnings: readonly string[] = [];
  const shared = new SharedSettings();
  const read = (): [Config, string] => {
    const { config, origins } = readConfig(process.env, {}, shared.tree);
    // The banner is what a person at a terminal wants to see; whoever wants the rest sets the level.
    const logLevel = origins.get("logLevel") === "default" ? "warn" : config.logLevel;
    // Nobody stands between it and its clients who would have to see first that it ends.
    const drainAheadMs = origins.get("drainAheadMs") === "default" ? 0 : config.drainAheadMs;
    const unusable = checkFolder(config);
    if (unusable !== undefined) throw new OperatorError(unusable, 2);
    const whole = withCertificate({ ...config, logLevel, drainAheadMs }, options.tls);
    warnings = refuseUnsound(whole[0], edges);
    shared.readAs(origins);
    return whole;
  };
  const [config, certificate] = read();
  const logger = createLogger(config.logLevel, "dragoman", config.logForm);
  endOnUncaught(logger);
  for (const why of warnings) out(why);
  const followers: Follower[] = [];
  const readWhole = (): Config => read()[0];
  const readAgain = (): Config => {
    shared.retry(readWhole);
    return readWhole();
  };
  reloadOnHangup(config, readAgain, logger, followers, (keys) => shared.waits(keys));
  const follow: StartOptions["follow"] = (nats) => {
    const own = { shared, user: "core", nats, community: config.community };
    return followShared({ ...own, config, read: readWhole, logger });
  };
  const asked = Promise.race([untilSignal(), untilHangUp()]);
  const closers = new Closers();
  const startOptions = { config, follow, logger, closers, say: out, followers };
  try {
    const services = await Promise.race([startServices(startOptions), asked]);
    if (typeof services === "string") return 0;
    for (const line of banner(config, services, certificate)) out(line);
    const why = await Promise.race([asked.then(() => null), services.failed]);
    if (why === null) return 0;
    logger.fatal({ why }, "cannot go on");
    return 1;
  } finally {
    const wayDownMs = downMs + config.drainAheadMs + config.drainSpreadMs;
    const limit = setTimeout(() => process.exit(1), wayDownMs);
    await closers.close();
    clearTimeout(limit);
  }
}
