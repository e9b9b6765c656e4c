/**
 * SIGHUP: the configuration is read again. What a running process can follow is taken over, in place, so that whoever
 * looks at the configuration sees it; what needs a restart is named. The signal never ends a process.
 */
import type { Config } from "./config.ts";
import { type Logger, setLevel } from "./logger.ts";
import { OperatorError } from "./operator-error.ts";
import { showSetting } from "./say-setting.ts";
import { sharedFollower } from "./shared/present.ts";

/** Keys without a section, and sections with all that is in them, that are looked at whenever they are needed. */
const followed = [
  "limits",
  "server",
  "logLevel",
  "logAddresses",
  "allowedOrigins",
  "trustedProxies",
  "tls",
  "phases",
  "canary",
  "accounts",
  "site",
  "rotur",
];

/** A setting that has another value than before, in words: no secret is told. */
export interface Change {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

export interface TakenOver {
  /** What holds from now on. */
  readonly taken: readonly Change[];
  /** What differs and is not followed before a restart. */
  readonly restart: readonly Change[];
}

/** `limits.messagesPerMinute: 60 → 7` */
const sayChange = ({ key, from, to }: Change): string =>
  `${key}: ${from === "" ? '""' : from} → ${to === "" ? '""' : to}`;

/** Whether a running process follows a setting; the certificate only where it has one from the start. */
export function isFollowed(key: string): boolean {
  const [section = ""] = key.split(".");
  return followed.includes(section);
}

type Tree = Record<string, unknown>;

const isSection = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Changes `config` to what was read, where a running process follows. */
export function takeOver(config: Config, read: Config): TakenOver {
  const taken: Change[] = [];
  const restart: Change[] = [];
  // Without a certificate from the start the ports speak another protocol.
  const isTls = [config.tls, read.tls].every(({ cert, key }) => cert !== "" && key !== "");
  const follows = (key: string): boolean => isFollowed(key) && (!key.startsWith("tls.") || isTls);
  const walk = (old: Tree, wanted: Tree, path: string): void => {
    for (const [name, value] of Object.entries(wanted)) {
      const key = path === "" ? name : `${path}.${name}`;
      const before = old[name];
      if (isSection(before) && isSection(value)) {
        walk(before, value, key);
      } else if (JSON.stringify(before) !== JSON.stringify(value)) {
        const change = { key, from: showSetting(key, before), to: showSetting(key, value) };
        const isTaken = follows(key);
        if (isTaken) old[name] = value;
        (isTaken ? taken : restart).push(change);
      }
    }
  };
  walk(config, read, "");
  return { taken, restart };
}

/** A service in the same process, with a configuration that is its own in some keys. */
export interface Follower {
  readonly config: Config;
  readonly logger: Logger;
}

/**
 * Reads the configuration again at each SIGHUP. Called before anything else listens to the signal: who does finds the
 * configuration as it is now.
 * @param read reads it as the start did
 * @param followers take over the same, where it is not their own
 * @param waits is told which settings need a restart
 */
export function reloadOnHangup(
  config: Config,
  read: () => Config,
  logger: Logger,
  followers: readonly Follower[] = [],
  waits: (keys: readonly string[]) => void = () => undefined,
): void {
  process.on("SIGHUP", () => {
    try {
      const now = read();
      const { taken, restart } = takeOver(config, now);
      for (const each of [{ config, logger }, ...followers]) {
        takeOver(each.config, now);
        setLevel(each.logger, each.config.logLevel);
      }
      waits(restart.map(({ key }) => key));
      logger.info({ taken: taken.map(sayChange) }, "configuration read again");
      if (restart.length > 0) {
        logger.warn({ settings: restart.map(sayChange) }, "these settings need a restart");
      }
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      logger.error({ why: error.message }, "configuration not read, the one before stays");
    }
  });
}

let hungUpBy = "";

/**
 * Does what SIGHUP does, once for each asking, however many services of this process are told of it.
 * @param id of the command that asks
 * @param revision of the shared settings, where they are what has changed: they are looked at first
 */
export function hangUp(id: string, revision?: number): void {
  if (hungUpBy === id) return;
  hungUpBy = id;
  if (revision === undefined) process.emit("SIGHUP", "SIGHUP");
  else sharedFollower()?.look();
}

/**
 * Runs `renew` at each SIGHUP, when the configuration has been read again; where it fails, what was before stays.
 * @param what what is renewed, for the log
 * @returns what ends this
 */
export function onHangup(what: string, logger: Logger, renew: () => void): () => void {
  const run = (): void => {
    try {
      renew();
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      logger.error({ why: error.message }, `${what} not renewed, the one before stays`);
    }
  };
  process.on("SIGHUP", run);
  return () => process.off("SIGHUP", run);
}
