/**
 * SIGHUP: the configuration is read again. What a running process can follow is taken over, in place, so that whoever
 * looks at the configuration sees it; what needs a restart is named. The signal never ends a process.
 */
import type { Config } from "./config.ts";
import { type Logger, setLevel } from "./logger.ts";
import { OperatorError } from "./operator-error.ts";

/** Keys, and sections with all that is in them, that are looked at whenever they are needed. */
const followed = ["limits", "server", "logLevel", "allowedOrigins", "trustedProxies", "tls"];
/** Keys in those sections that only a start reads. */
const startOnly = new Set([
  "limits.outboxBytes",
  "limits.outboundBytes",
  "limits.outboxMs",
  "limits.inboundBytes",
  "limits.signInFrameBytes",
  "limits.loginAttempts",
  "limits.loginAttemptsPerAddress",
  "limits.loginWindowMs",
]);

export interface TakenOver {
  /** Keys whose new values hold from now on. */
  readonly taken: readonly string[];
  /** Keys that differ and are not followed before a restart. */
  readonly restart: readonly string[];
}

type Tree = Record<string, unknown>;

const isSection = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Changes `config` to what was read, where a running process follows. */
export function takeOver(config: Config, read: Config): TakenOver {
  const taken: string[] = [];
  const restart: string[] = [];
  // Without a certificate from the start the ports speak another protocol.
  const isTls = [config.tls, read.tls].every(({ cert, key }) => cert !== "" && key !== "");
  const follows = (key: string): boolean => {
    const [section = ""] = key.split(".");
    return followed.includes(section) && !startOnly.has(key) && (section !== "tls" || isTls);
  };
  const walk = (old: Tree, wanted: Tree, path: string): void => {
    for (const [name, value] of Object.entries(wanted)) {
      const key = path === "" ? name : `${path}.${name}`;
      const before = old[name];
      if (isSection(before) && isSection(value)) {
        walk(before, value, key);
      } else if (JSON.stringify(before) !== JSON.stringify(value)) {
        if (follows(key)) old[name] = value;
        (follows(key) ? taken : restart).push(key);
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
 */
export function reloadOnHangup(
  config: Config,
  read: () => Config,
  logger: Logger,
  followers: readonly Follower[] = [],
): void {
  process.on("SIGHUP", () => {
    try {
      const now = read();
      const { taken, restart } = takeOver(config, now);
      for (const each of [{ config, logger }, ...followers]) {
        takeOver(each.config, now);
        setLevel(each.logger, each.config.logLevel);
      }
      logger.info({ taken }, "configuration read again");
      if (restart.length > 0) logger.warn({ keys: restart }, "these settings need a restart");
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      logger.error({ why: error.message }, "configuration not read, the one before stays");
    }
  });
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
