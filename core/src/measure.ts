/** Measures again and again what costs too much to be looked at in each scrape. */

/**
 * Runs a measurement at once and at each interval until stopped, one at a time.
 * @param failed is told of a measurement that fails before the stop
 */
export function measureEvery(
  everyMs: number,
  measure: () => Promise<void>,
  failed: (error: unknown) => void,
): { stop(): void } {
  let isOver = false;
  let isMeasuring = false;
  const run = (): void => {
    if (isMeasuring) return;
    isMeasuring = true;
    measure()
      .catch((error: unknown) => {
        if (!isOver) failed(error);
      })
      .finally(() => {
        isMeasuring = false;
      });
  };
  run();
  const timer = setInterval(run, everyMs).unref();
  return {
    stop: () => {
      isOver = true;
      clearInterval(timer);
    },
  };
}
