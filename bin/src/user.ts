/** `dragoman user`: accounts, by the operator's commands, whether the services run or not. */
import { createInterface } from "node:readline";
import type { CommunityId, Result } from "@dragoman/bus-schema";
import { Bus, type Config, createLogger, OperatorError } from "@dragoman/service-kit";
import { readRun, takeDataFolder } from "./data-folder.ts";
import { removeDemo } from "./demo.ts";
import { readConfig } from "./edges.ts";
import { createOperator, type Operator, sayRejection } from "./operator.ts";
import { Closers, startCoreServices } from "./services.ts";

const out = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function connect(
  nats: Omit<Config["nats"], "replicas">,
  community: string,
  closers: Closers,
) {
  const logger = createLogger("error", "operator");
  const bus = await Bus.connect({ ...nats, name: "operator", logger });
  await closers.add(() => bus.close());
  return createOperator(bus, community as CommunityId);
}

/** The operator of the running services, else of a bus and a core that are started for this command alone. */
async function findOperator(config: Config, closers: Closers): Promise<Operator> {
  if (config.nats.url !== "") return connect(config.nats, config.community, closers);
  const folder = takeDataFolder(config.dataDir);
  if (folder === null) {
    const run = readRun(config.dataDir);
    if (run !== null) return connect(run.nats, run.community, closers);
    throw new OperatorError(`${config.dataDir}: dragoman is just starting or ending, try again`, 1);
  }
  await closers.add(async () => folder.release());
  const logger = createLogger("error", "dragoman");
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  return (await startCoreServices({ config, logger, closers, say }, folder)).operator;
}

/** Does some work as the operator of the running services, or of a core started for it. @returns the exit code 0 */
export async function asOperator(work: (operator: Operator) => Promise<void>): Promise<number> {
  const { config } = readConfig();
  const closers = new Closers();
  try {
    await work(await findOperator(config, closers));
    return 0;
  } finally {
    await closers.close();
  }
}

/** Reads one line without showing it: readline without an output echoes nothing. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, terminal: true, historySize: 0 });
  const answer = await new Promise<string | null>((done) => {
    lines.once("line", done);
    lines.once("close", () => done(null));
  });
  lines.close();
  process.stderr.write("\n");
  if (answer === null) throw new OperatorError("no password was given", 130);
  return answer;
}

/** The password: asked for twice at a terminal, else the first line of standard input. */
async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    throw new OperatorError("no password on standard input", 2);
  }
  const first = await askHidden("Password: ");
  if ((await askHidden("The same again: ")) !== first) {
    throw new OperatorError("the passwords differ", 2);
  }
  return first;
}

/** @throws OperatorError saying what was refused and why */
export function mustBeAccepted(name: string, result: Result<null>): void {
  if (!result.ok) throw new OperatorError(`${name}: ${sayRejection(result.rejection)}`, 1);
}

const passwordBytesMin = 4;
const passwordBytesMax = 72;

/** @throws OperatorError when the length is not allowed */
async function readNewPassword(): Promise<string> {
  const password = await readPassword();
  const bytes = Buffer.byteLength(password);
  if (bytes < passwordBytesMin || bytes > passwordBytesMax) {
    throw new OperatorError(
      `a password has ${passwordBytesMin} to ${passwordBytesMax} bytes, this one has ${bytes}`,
      2,
    );
  }
  return password;
}

/** Gives an account another password; all its tokens and sessions end. */
export async function changePassword(target: string): Promise<number> {
  const password = await readNewPassword();
  return asOperator(async (operator) => {
    mustBeAccepted(target, await operator.changePassword(target, password));
    out(`${target} has another password; tokens and sessions of before are ended.`);
  });
}

/** Makes an account with these roles beside `user`. */
export async function addUser(name: string, roles: readonly string[]): Promise<number> {
  const password = await readNewPassword();
  return asOperator(async (operator) => {
    mustBeAccepted(name, await operator.addUser({ name, password, roles, demo: false }));
    out(`${name} has an account${roles.length > 0 ? ` as ${roles.join(", ")}` : ""}.`);
  });
}

/** Ends one account; its name stays taken. */
export async function removeUser(target: string): Promise<number> {
  return asOperator(async (operator) => {
    mustBeAccepted(target, await operator.command({ type: "user.depart", target }));
    out(`${target} has no account any more.`);
  });
}

/** Ends every demo account. */
export async function removeDemoUsers(): Promise<number> {
  return asOperator(async (operator) => {
    const names = await removeDemo(operator, await operator.snapshot());
    out(names.length === 0 ? "There is no demo account." : `Removed: ${names.join(", ")}.`);
  });
}

/** Lists the accounts: number, name, roles, and what else is to be known. */
export async function listUsers(): Promise<number> {
  return asOperator(async (operator) => {
    const { users, roles } = await operator.snapshot();
    const names = new Map(roles.map((role) => [role.roleId, role.name]));
    for (const user of users.filter((each) => !each.departed)) {
      const held = user.roleIds.map((roleId) => names.get(roleId) ?? roleId).join(",");
      const marks = [user.demo ? "demo" : "", user.banned ? "banned" : ""].filter(Boolean);
      out([user.number, user.name, held, ...marks].join("\t"));
    }
  });
}
