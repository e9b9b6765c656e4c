/** Structured logs: one JSON object a line on standard error, secrets redacted wherever they stand. */
import { type Logger, pino } from "pino";

export type { Logger };

const secret = [
  "password",
  "token",
  "ticket",
  "credentials",
  "validator",
  "authorization",
  "cookie",
];

/** Each logger of `createLogger` with those that were made of it: each has a level of its own. */
const families = new WeakMap<Logger, Set<Logger>>();

/**
 * @param level pino's level names, `silent` included
 * @param service the `service` field of every line
 */
export function createLogger(level: string, service: string): Logger {
  const family = new Set<Logger>();
  const logger = pino(
    {
      level,
      onChild: (child) => family.add(child as Logger),
      base: { service },
      redact: { paths: [...secret, ...secret.map((key) => `*.${key}`)], censor: "[redacted]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );
  families.set(logger, family.add(logger));
  return logger;
}

/** Sets the level of a logger of `createLogger` and of all that were made of it. */
export function setLevel(logger: Logger, level: string): void {
  for (const each of families.get(logger) ?? [logger]) each.level = level;
}
