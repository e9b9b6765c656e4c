/** `dragoman up`: the services in one process, until a signal ends it. */
import {
  type Config,
  createLogger,
  endOnUncaught,
  publicHost,
  untilSignal,
} from "@dragoman/service-kit";
import { localCertificate } from "./certificate.ts";
import { demoAccounts, demoPassword } from "./demo.ts";
import { edges, readConfig } from "./edges.ts";
import { Closers, type Services, startServices } from "./services.ts";

/** The whole way down may take so long before it is cut short. */
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
  const tls = localCertificate(config.dataDir, Date.now());
  return [{ ...config, tls }, tls.cert];
}

/** Closing a terminal ends us; with TLS the signal is how certificates are read again. */
function untilHangUp(isTls: boolean): Promise<"SIGHUP"> {
  return new Promise((done) => {
    if (!isTls) process.once("SIGHUP", () => done("SIGHUP"));
  });
}

/**
 * Runs until SIGTERM or SIGINT, or until a part fails for good.
 * @returns the exit code
 * @throws OperatorError when the services cannot be started
 */
export async function up(options: UpOptions): Promise<number> {
  const { config: read, origins } = readConfig();
  const [config, certificate] = withCertificate(read, options.tls);
  // The banner is what a person at a terminal wants to see; whoever wants the rest sets the level.
  const level = origins.get("logLevel") === "default" ? "warn" : config.logLevel;
  const logger = createLogger(level, "dragoman");
  endOnUncaught(logger);
  const asked = Promise.race([untilSignal(), untilHangUp(config.tls.cert !== "")]);
  const closers = new Closers();
  const startOptions = { config, logger, closers, say: out };
  try {
    const services = await Promise.race([startServices(startOptions), asked]);
    if (typeof services === "string") return 0;
    for (const line of banner(config, services, certificate)) out(line);
    const why = await Promise.race([asked.then(() => null), services.failed]);
    if (why === null) return 0;
    logger.fatal({ why }, "cannot go on");
    return 1;
  } finally {
    const limit = setTimeout(() => process.exit(1), downMs);
    await closers.close();
    clearTimeout(limit);
  }
}
