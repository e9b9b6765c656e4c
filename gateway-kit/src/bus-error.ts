import { BusError } from "@dragoman/service-kit";

/**
 * The error as a failure of the bus.
 * @throws the error itself when it is another one: a bug of ours. Thrown in the handler of a promise that nobody waits
 *   for, it becomes an unhandled rejection. That is meant: what the gateway knows may be wrong from then on, so the
 *   process logs it as fatal and ends.
 */
export function busErrorOf(error: unknown): BusError {
  if (!(error instanceof BusError)) throw error;
  return error;
}
