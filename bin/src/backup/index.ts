/** `dragoman backup` and `dragoman restore`. */
import { existsSync, readFileSync } from "node:fs";
import { type Entry, noteBackup, restoreBackup, takeBackup, verifyBackup } from "@dragoman/core";
import { BusError, environmentName, OperatorError } from "@dragoman/service-kit";
import { Closers } from "../closers.ts";
import { forgetStore, holdsCommunity, writePrivate } from "../data-folder.ts";
import { readConfig } from "../edges.ts";
import { archiver, entriesOf } from "./archive.ts";
import { readFrom, refuseTarget, writeTo } from "./file.ts";
import { readPassphrase } from "./passphrase.ts";
import { Progress } from "./progress.ts";
import { openStore } from "./store.ts";

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

interface BackupChoices {
  readonly passphraseFile: string | undefined;
  readonly withConfig: boolean;
}

export interface Taken {
  readonly parts: number;
  readonly bytes: number;
  readonly isEncrypted: boolean;
  /** Settings that are not their defaults, by the names of their variables. */
  readonly settings: readonly string[];
  /** The configuration file of this deployment; "": there is none. */
  readonly configuration: string;
}

/** Takes a backup of the community, running or not. */
export async function backup(path: string, choices: BackupChoices): Promise<Taken> {
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
    let taken = { record: 0, atMs: 0 };
    const entries = takeBackup({
      ...store,
      settings,
      reached: (record, atMs) => {
        taken = { record, atMs };
      },
      ...(choices.withConfig ? { configuration: readFileSync(file, "utf8") } : {}),
    });
    await writeTo(path, bytesOf(watched(entries, progress)));
    await noteBackup(store.bus, store.community, taken);
  } catch (error) {
    throw sayBus(error);
  } finally {
    await closers.close();
  }
  return {
    ...progress.counted,
    isEncrypted: passphrase !== undefined,
    settings: settings.map(environmentName),
    configuration: file,
  };
}

export interface Verified {
  readonly community: string;
  readonly takenAt: string;
  readonly firstRecord: number | null;
  readonly lastRecord: number;
  readonly files: number;
  readonly snapshots: number;
  readonly hasConfiguration: boolean;
  readonly parts: number;
  readonly bytes: number;
}

/** Reads a backup to its end. @throws OperatorError saying what is wrong with it */
export async function verify(path: string, passphraseFile: string | undefined): Promise<Verified> {
  const passphrase = readPassphrase(passphraseFile);
  if (path !== "-" && !existsSync(path)) throw new OperatorError(`${path}: no such file`, 2);
  const progress = new Progress("verifying");
  const entries = await entriesOf(readFrom(path), passphrase);
  const { head, first, last, ...found } = await verifyBackup(entries, progress.told);
  return {
    community: head.community,
    takenAt: new Date(head.madeAtMs).toISOString(),
    firstRecord: first,
    lastRecord: last,
    ...found,
    ...progress.counted,
  };
}

interface RestoreChoices {
  readonly passphraseFile: string | undefined;
  readonly configTo: string | undefined;
}

export interface Restored {
  readonly community: string;
  readonly takenAt: string;
  readonly lastRecord: number;
  readonly parts: number;
  readonly bytes: number;
  /** Settings that were not their defaults where it was taken. */
  readonly settings: readonly string[];
  /** Whether the configuration was wanted and the backup holds none. */
  readonly lacksConfiguration: boolean;
}

/** Restores a backup into an empty house. */
export async function restore(path: string, choices: RestoreChoices): Promise<Restored> {
  const { config } = readConfig();
  const passphrase = readPassphrase(choices.passphraseFile);
  const { configTo } = choices;
  if (configTo !== undefined && existsSync(configTo)) {
    throw new OperatorError(`${configTo} is there already, and is not overwritten`, 2);
  }
  if (path !== "-" && !existsSync(path)) throw new OperatorError(`${path}: no such file`, 2);
  const entries = await entriesOf(readFrom(path), passphrase);
  const isNew = config.nats.url === "" && !holdsCommunity(config.dataDir);
  const closers = new Closers();
  const progress = new Progress("restoring");
  let isRestored = false;
  try {
    const { bus, community } = await openStore(config, closers, { alone: true });
    const restored = await restoreBackup({ bus, community, entries, told: progress.told });
    isRestored = true;
    const { head, last, configuration } = restored;
    if (configTo !== undefined && configuration !== undefined) {
      writePrivate(configTo, configuration);
    }
    return {
      community,
      takenAt: new Date(head.madeAtMs).toISOString(),
      lastRecord: last,
      ...progress.counted,
      settings: head.settings.map(environmentName),
      lacksConfiguration: configTo !== undefined && configuration === undefined,
    };
  } catch (error) {
    throw sayBus(error);
  } finally {
    await closers.close();
    if (isNew && !isRestored) forgetStore(config.dataDir);
  }
}
