/**
 * Structured logs on standard error, secrets redacted wherever they stand: one JSON object a line, or at a terminal what a
 * person can read.
 */
import { writeSync } from "node:fs";
import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import { consoleLine } from "./console-line.ts";
import { redacted } from "./redacted.ts";

export type { Logger };

/** Each logger of `createLogger` with those that were made of it: each has a level of its own. */
const families = new WeakMap<Logger, Set<Logger>>();

/** How logs are written; `auto`: for people where standard error is a terminal, else as JSON. */
export const logForms = ["auto", "json", "console"] as const;
export type LogForm = (typeof logForms)[number];

const errors = 2;

function destination(form: LogForm): DestinationStream {
  const isConsole = form === "console" || (form === "auto" && process.stderr.isTTY === true);
  if (!isConsole) return pino.destination({ fd: errors, sync: true });
  return { write: (json) => void writeSync(errors, `${consoleLine(json)}\n`) };
}

/**
 * @param level pino's level names, `silent` included
 * @param service the `service` field of every line
 */
export function createLogger(level: string, service: string, form: LogForm = "auto"): Logger {
  const family = new Set<Logger>();
  const logger = pino(
    {
      level,
      onChild: (child) => family.add(child as Logger),
      base: { service },
      formatters: { log: redacted },
      serializers: { err: (error: Error) => redacted(stdSerializers.err(error)) },
    },
    destination(form),
  );
  families.set(logger, family.add(logger));
  return logger;
}

/** Sets the level of a logger of `createLogger` and of all that were made of it. */
export function setLevel(logger: Logger, level: string): void {
  for (const each of families.get(logger) ?? [logger]) each.level = level;
}
