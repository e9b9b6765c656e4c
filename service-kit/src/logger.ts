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

/**
 * @param level pino's level names, `silent` included
 * @param service the `service` field of every line
 */
export function createLogger(level: string, service: string): Logger {
  return pino(
    {
      level,
      base: { service },
      redact: { paths: [...secret, ...secret.map((key) => `*.${key}`)], censor: "[redacted]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
