/** Times of the bus in the wire's unit: seconds with a fraction, as floats (part 2, 1.1). */

/** From microseconds. */
export const secondsOfUs = (us: number): number => us / 1_000_000;

/** From milliseconds. */
export const secondsOfMs = (ms: number): number => ms / 1_000;
