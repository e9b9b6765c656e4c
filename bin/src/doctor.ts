/**
 * `dragoman doctor`: every setting with its value and where it came from, secrets masked; then whatever a start would
 * refuse, and how the house is where one runs.
 */
import {
  type Config,
  certificateEnd,
  checkConfig,
  checkFolder,
  environmentName,
  OperatorError,
  showSetting,
} from "@dragoman/service-kit";
import { type Run, readRun, takeDataFolder } from "./data-folder.ts";
import { edges, readConfig, schema } from "./edges.ts";
import { type Check, checkHouse } from "./house.ts";
import { checkPorts } from "./ports.ts";

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

interface Report {
  readonly settings: readonly Setting[];
  /** What every start goes by. */
  readonly configuration: readonly Check[];
  /** How the house is that runs; empty where none does. */
  readonly house: readonly Check[];
}

const unsoundCode = 2;
const unwellCode = 1;

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
  return found;
}

/** How the house in the data folder is reached; null where none runs. */
function running(config: Config): Run["nats"] | null {
  if (config.nats.url !== "") return config.nats;
  if (checkFolder(config) !== undefined) return null;
  const folder = takeDataFolder(config.dataDir);
  if (folder === null) return readRun(config.dataDir)?.nats ?? null;
  folder.release();
  return null;
}

async function examine(): Promise<Report> {
  const { config, origins } = readConfig();
  const settings = schema.keys.map((key) => ({
    name: environmentName(key),
    value: showSetting(key, settingOf(config, key)),
    origin: origins.get(key) ?? "default",
  }));
  const nats = running(config);
  const configuration = await checkStart(config, nats !== null);
  return { settings, configuration, house: nats === null ? [] : await checkHouse(nats, config) };
}

function print({ settings, configuration, house }: Report): void {
  const widths = (["name", "value"] as const).map((column) =>
    Math.max(...settings.map((setting) => setting[column].length)),
  );
  for (const { name, value, origin } of settings) {
    const cells = [name.padEnd(widths[0] ?? 0), value.padEnd(widths[1] ?? 0), origin];
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
  const checks = [...configuration, ...house];
  process.stdout.write("\n");
  for (const { name, level, text } of checks) {
    process.stdout.write(`${level.padEnd(7)}  ${name.padEnd(11)}  ${text}\n`);
  }
  if (checks.every(({ level }) => level === "ok")) process.stdout.write("Nothing is wrong.\n");
}

/**
 * Looks at everything and prints it.
 * @returns 0: all is well, warnings aside; 1: the house is not; 2: the configuration cannot work
 */
export async function doctor({ json }: { readonly json: boolean }): Promise<number> {
  let report: Report;
  try {
    report = await examine();
  } catch (error) {
    if (!json || !(error instanceof OperatorError)) throw error;
    report = { settings: [], configuration: [fault("setting", error.message)], house: [] };
  }
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else print(report);
  const isFault = ({ level }: Check): boolean => level === "fault";
  if (report.configuration.some(isFault)) return unsoundCode;
  return report.house.some(isFault) ? unwellCode : 0;
}
