/** `dragoman backup` and `dragoman restore`. */
import { existsSync, readFileSync } from "node:fs";
import { type Entry, restoreBackup, takeBackup } from "@dragoman/core";
import { BusError, environmentName, OperatorError } from "@dragoman/service-kit";
import { writePrivate } from "../data-folder.ts";
import { readConfig } from "../edges.ts";
import { Closers } from "../services.ts";
import { archiver, entriesOf } from "./archive.ts";
import { readFrom, refuseTarget, writeTo } from "./file.ts";
import { readPassphrase } from "./passphrase.ts";
import { Progress } from "./progress.ts";
import { openStore } from "./store.ts";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The configuration file of this deployment, or "" where there is none. */
const configurationFile = (): string => process.env["DRAGOMAN_CONFIG"] ?? "";

async function* watched(entries: AsyncIterable<Entry>, progress: Progress): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    progress.told(entry);
    yield entry;
  }
}

/** What a bus that does not answer means here; the client's own calls say `TimeoutError`. */
function sayBus(error: unknown): unknown {
  if (!(error instanceof BusError || (error instanceof Error && error.name === "TimeoutError"))) {
    return error;
  }
  return new OperatorError(
    `NATS does not answer (${error.message}): is this the user of core (DRAGOMAN_NATS_USER), with JetStream?`,
    1,
    { cause: error },
  );
}

export interface BackupChoices {
  readonly passphraseFile?: string;
  readonly withConfig?: boolean;
}

/** Takes a backup of the community, running or not. @returns the exit code 0 */
export async function backup(path: string, choices: BackupChoices): Promise<number> {
  const { config, origins } = readConfig();
  const passphrase = readPassphrase(choices.passphraseFile);
  refuseTarget(path);
  const file = configurationFile();
  if (choices.withConfig && file === "") {
    throw new OperatorError("--with-config: DRAGOMAN_CONFIG names no file", 2);
  }
  const settings = [...origins].flatMap(([key, origin]) => (origin === "default" ? [] : [key]));
  const bytesOf = await archiver(passphrase);
  const closers = new Closers();
  const progress = new Progress("backing up");
  try {
    const store = await openStore(config, closers, { alone: false });
    const entries = takeBackup({
      ...store,
      settings,
      ...(choices.withConfig ? { configuration: readFileSync(file, "utf8") } : {}),
    });
    await writeTo(path, bytesOf(watched(entries, progress)));
  } catch (error) {
    throw sayBus(error);
  } finally {
    await closers.close();
  }
  say(`The backup is whole: ${progress.sum}.`);
  if (!choices.withConfig) say(notInIt(settings, file));
  if (passphrase === undefined) {
    say("It is not encrypted: whoever reads it has every message, password hash and key.");
  }
  return 0;
}

function notInIt(settings: readonly string[], file: string): string {
  if (settings.length === 0) return "No setting was other than its default.";
  const where = file === "" ? "" : ` (file ${file})`;
  return `Not in it is the configuration${where}: ${settings.map(environmentName).join(", ")}.`;
}

export interface RestoreChoices {
  readonly passphraseFile?: string;
  readonly configTo?: string;
}

/** Restores a backup into an empty house. @returns the exit code 0 */
export async function restore(path: string, choices: RestoreChoices): Promise<number> {
  const { config } = readConfig();
  const passphrase = readPassphrase(choices.passphraseFile);
  const { configTo } = choices;
  if (configTo !== undefined && existsSync(configTo)) {
    throw new OperatorError(`${configTo} is there already, and is not overwritten`, 2);
  }
  if (path !== "-" && !existsSync(path)) throw new OperatorError(`${path}: no such file`, 2);
  const entries = await entriesOf(readFrom(path), passphrase);
  const closers = new Closers();
  const progress = new Progress("restoring");
  try {
    const { bus, community } = await openStore(config, closers, { alone: true });
    const restored = await restoreBackup({ bus, community, entries, told: progress.told });
    const { head, last, configuration } = restored;
    const takenAt = new Date(head.madeAtMs).toISOString();
    say(`Restored: community ${community} of ${takenAt}, up to record ${last}; ${progress.sum}.`);
    if (configTo !== undefined && configuration !== undefined) {
      writePrivate(configTo, configuration);
    } else if (configTo !== undefined) say("The backup holds no configuration.");
    if (head.settings.length > 0) {
      say(`It was set there: ${head.settings.map(environmentName).join(", ")}.`);
    }
    return 0;
  } catch (error) {
    throw sayBus(error);
  } finally {
    await closers.close();
  }
}
