/** How many people are there by which protocol on the present day, as metrics; asked of the projection now and then. */
import type { Logger } from "@dragoman/service-kit";
import type { History } from "./history/history.ts";
import { measureEvery } from "./measure.ts";
import type { CoreMetrics } from "./metrics.ts";

const everyMs = 60_000;

/** Measures until stopped. */
export function measureAdoption(
  history: Pick<History, "adoption">,
  { people }: Pick<CoreMetrics, "people">,
  logger: Logger,
): { stop(): void } {
  const measure = async (): Promise<void> => {
    const { days } = (await history.adoption(1, 0)).answer;
    // A protocol that nobody has used yet today has no line.
    people.reset();
    for (const { protocol, people: there, spoke, alone } of days) {
      people.set({ protocol, what: "there" }, there);
      people.set({ protocol, what: "spoke" }, spoke);
      people.set({ protocol, what: "alone" }, alone);
    }
  };
  return measureEvery(everyMs, measure, (error) =>
    logger.warn({ err: error }, "people by protocol are not measured"),
  );
}
