/** The hands of an operator in a house: of the one that runs, else of a bus and a core that are started for one command. */
import type { Command, CommunityId, Result } from "@dragoman/bus-schema";
import { Bus, type Config, createLogger, OperatorError } from "@dragoman/service-kit";
import { Closers } from "./closers.ts";
import { exitCode } from "./command/exit-code.ts";
import { readRun, requireCommunity, takeDataFolder } from "./data-folder.ts";
import { readConfig } from "./edges.ts";
import { createOperator, type Operator } from "./operator.ts";
import { sayRefused } from "./rejection-words.ts";

/** What a command of an operator works with. */
export interface House {
  readonly operator: Operator;
  readonly config: Config;
  /**
   * Gives a command and waits for its outcome.
   * @param what whom or what a refusal is about
   * @returns the record that its events stand in, null where it changed nothing
   * @throws OperatorError saying what was refused and why
   */
  give(what: string, body: Command): Promise<number | null>;
  /** @throws OperatorError saying what was refused and why */
  accept<T>(what: string, result: Result<T>): T;
}

/** @throws OperatorError with the exit code for a house that does not answer */
async function connect(
  nats: Omit<Config["nats"], "replicas">,
  community: string,
  closers: Closers,
): Promise<Operator> {
  const logger = createLogger("silent", "operator");
  let bus: Bus;
  try {
    bus = await Bus.connect({ ...nats, name: "operator", logger });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new OperatorError(error.message, exitCode.unanswered, { cause: error });
  }
  await closers.add(() => bus.close());
  return createOperator(bus, community as CommunityId);
}

async function findOperator(
  config: Config,
  closers: Closers,
  needs: "house" | "running",
): Promise<Operator> {
  if (config.nats.url !== "") return connect(config.nats, config.community, closers);
  requireCommunity(config.dataDir);
  const folder = takeDataFolder(config.dataDir);
  if (folder === null) {
    const run = readRun(config.dataDir);
    if (run !== null) return connect(run.nats, run.community, closers);
    const text = `${config.dataDir}: dragoman is just starting or ending, try again`;
    throw new OperatorError(text, exitCode.unanswered);
  }
  if (needs === "running") {
    folder.release();
    const text = `${config.dataDir}: no house runs there, and this asks for one that does`;
    throw new OperatorError(text, exitCode.unanswered);
  }
  await closers.add(async () => folder.release());
  const logger = createLogger("error", "dragoman");
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  // Loaded where it is needed alone: it takes as long to load as all the rest of a command.
  const { startCoreServices } = await import("./services.ts");
  return (await startCoreServices({ config, logger, closers, say }, folder)).operator;
}

function accepted<T>(what: string, result: Result<T>): T {
  if (result.ok) return result.value;
  throw new OperatorError(sayRefused(what, result.rejection), exitCode.refused);
}

/** Does some work in the house. @param needs `running`: none is started for it */
export async function inHouse<T>(
  needs: "house" | "running",
  work: (house: House) => Promise<T>,
): Promise<T> {
  const { config } = readConfig();
  const closers = new Closers();
  try {
    const operator = await findOperator(config, closers, needs);
    return await work({
      operator,
      config,
      give: async (what, body) => accepted(what, await operator.command(body, true)),
      accept: accepted,
    });
  } finally {
    await closers.close();
  }
}
