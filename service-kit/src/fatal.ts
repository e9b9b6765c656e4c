/** The end of a process that a fault has left in no known state. */
import type { Logger } from "./logger.ts";

/**
 * Logs an error that nobody has caught, be it thrown or of a promise, as `fatal` and ends the process with exit
 * code 1. Whoever runs the process starts it anew; the journal holds all that was promised.
 */
export function endOnUncaught(logger: Logger): void {
  process.on("uncaughtException", (error, origin) => {
    logger.fatal({ err: error, origin }, "nobody caught this error; the process ends");
    process.exit(1);
  });
}
