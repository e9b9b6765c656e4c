/**
 * `dragoman doctor`: every setting with its value and where it came from, secrets masked; then whatever a start would
 * refuse, and how the house is where one runs.
 */
import { resolve } from "node:path";
import {
  type Config,
  certificateEnd,
  checkConfig,
  checkFolder,
  environmentName,
  OperatorError,
  showSetting,
  type Tree,
} from "@dragoman/service-kit";
import {
  holdsCommunity,
  type Run,
  readRun,
  sayNoCommunity,
  takeDataFolder,
} from "./data-folder.ts";
import { sayKnownPasswords } from "./demo.ts";
import { checkDisk } from "./disk.ts";
import { edges, readConfig, schema } from "./edges.ts";
import { type Check, checkHouse } from "./house.ts";
import { sayForgotten } from "./memory.ts";
import { sayMissingServer } from "./nats/find.ts";
import { checkPorts } from "./ports.ts";
import { lookAtShared } from "./shared-settings.ts";

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

export interface Report {
  readonly settings: readonly Setting[];
  /** What every start goes by. */
  readonly configuration: readonly Check[];
  /** How the house is that runs, and whether its journal is there. */
  readonly house: readonly Check[];
}

function settingOf(tree: unknown, key: string): unknown {
  const [head = "", rest] = key.split(".");
  const inner = (tree as Record<string, unknown>)[head];
  return rest === undefined ? inner : settingOf(inner, rest);
}

const fault = (name: string, text: string): Check => ({ name, level: "fault", text });

/** What `up` and every service refuse, by the same checks. */
async function checkStart(config: Config, isRunning: boolean): Promise<readonly Check[]> {
  const found: Check[] = checkConfig(config, edges).map(({ isWarning, text }) => ({
    name: "setting",
    level: isWarning ? "warning" : "fault",
    text,
  }));
  const folder = checkFolder(config);
  if (folder !== undefined) found.push(fault("folder", folder));
  else {
    const full = await checkDisk(config.dataDir);
    if (full !== undefined) found.push(fault("disk", full));
    const known = isRunning ? undefined : sayKnownPasswords(config, config.dataDir);
    if (known !== undefined) found.push(fault("demo", known));
  }
  const missing =
    isRunning || config.nats.url !== "" ? undefined : await sayMissingServer(config.dataDir);
  if (missing !== undefined) {
    const level = missing.isFault ? "fault" : "warning";
    found.push({ name: "nats", level, text: missing.text });
  }
  // Those of a house that runs are its own.
  if (!isRunning) for (const text of await checkPorts(config)) found.push(fault("port", text));
  const endMs = certificateEnd(config);
  if (endMs !== undefined) {
    const day = new Date(endMs).toISOString().slice(0, 10);
    found.push({
      name: "certificate",
      level: "ok",
      text: `${config.tls.cert} is good until ${day}`,
    });
  }
  if (folder === undefined && config.nats.url === "" && !holdsCommunity(config.dataDir)) {
    found.push({ name: "folder", level: "ok", text: sayNoCommunity(config.dataDir) });
  }
  return found;
}

/** How the house in the data folder is reached; null where none runs. */
function running(config: Config): Run["nats"] | null {
  if (config.nats.url !== "") return config.nats;
  // Whoever only looks makes nothing.
  if (checkFolder(config) !== undefined || !holdsCommunity(config.dataDir)) return null;
  const folder = takeDataFolder(config.dataDir);
  if (folder === null) return readRun(config.dataDir)?.nats ?? null;
  folder.release();
  return null;
}

/** Every setting with its value and where it came from, secrets masked. @throws OperatorError where they cannot be read */
export function allSettings(shared: Tree = {}): readonly Setting[] {
  const { config, origins } = readConfig(process.env, {}, shared);
  return schema.keys.map((key) => ({
    name: environmentName(key),
    value: showSetting(key, key === "dataDir" ? resolve(config.dataDir) : settingOf(config, key)),
    origin: origins.get(key) ?? "default",
  }));
}

/** The settings that all processes of the house share, and why they cannot be looked at. */
export async function sharedTree(): Promise<{
  readonly tree: Tree;
  readonly unread: string | null;
}> {
  const { config } = readConfig();
  const nats = running(config);
  if (nats === null) return { tree: {}, unread: "no house runs" };
  try {
    return { tree: (await lookAtShared(nats, config.community)) ?? {}, unread: null };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { tree: {}, unread: error.message };
  }
}

/** What a start with these settings would refuse. */
export async function configurationChecks(): Promise<readonly Check[]> {
  let config: Config;
  try {
    config = readConfig().config;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [fault("setting", error.message)];
  }
  return checkStart(config, running(config) !== null);
}

async function examine(): Promise<Report> {
  const settings = allSettings((await sharedTree()).tree);
  const { config } = readConfig();
  const nats = running(config);
  const configuration = await checkStart(config, nats !== null);
  const house = nats === null ? [] : await checkHouse(nats, config);
  const forgotten = await sayForgotten(config);
  const lost = forgotten === undefined ? [] : [fault("journal", forgotten)];
  return { settings, configuration, house: [...house, ...lost] };
}

/** Looks at everything. Settings that cannot be read are a fault like others. */
export async function doctor(): Promise<Report> {
  try {
    return await examine();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { settings: [], configuration: [fault("setting", error.message)], house: [] };
  }
}
