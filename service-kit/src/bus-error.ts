/** What a request on the bus fails with. */

/**
 * Why a request has no answer. `no_responders`: nobody serves the subject. `closed`: this bus was closed. `unavailable`:
 * the store has nobody who leads it now.
 */
export class BusError extends Error {
  override name = "BusError";
  readonly why: "timeout" | "no_responders" | "closed" | "too_large" | "unavailable";
  constructor(why: BusError["why"], subject: string) {
    super(`${subject}: ${why}`);
    this.why = why;
  }
}
