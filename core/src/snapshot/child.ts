/** The process that makes snapshots: it is told what to do, does it once and ends. */
import { setPriority } from "node:os";
import type { CommunityId } from "@dragoman/bus-schema";
import {
  Bus,
  type Config,
  createLogger,
  type Logger,
  passOverSignals,
} from "@dragoman/service-kit";
import { type MakeOptions, makeSnapshots } from "./make.ts";

/** What the child is told. The password goes by message: arguments and environment may be looked at. */
export type Job = Pick<
  MakeOptions,
  "kinds" | "historyPath" | "gapFillMs" | "keptMs" | "journalLevel" | "erasedThrough"
> & {
  readonly nats: Config["nats"];
  readonly community: CommunityId;
  readonly logLevel: string;
  readonly logForm: Config["logForm"];
};

/** Below everything that people wait for. */
const niceness = 10;

async function work({ nats, community, ...job }: Job, logger: Logger): Promise<void> {
  const bus = await Bus.connect({ ...nats, name: "core", logger });
  try {
    const onDamaged = (): void => void process.send?.("damaged");
    await makeSnapshots({ ...job, bus, community, logger, onDamaged });
  } finally {
    await bus.close();
  }
}

setPriority(niceness);
process.once("disconnect", () => process.exit(1));
process.once("message", (job: Job) => {
  const logger = createLogger(job.logLevel, "core.snapshot", job.logForm);
  passOverSignals((line) => logger.warn(line));
  work(job, logger).then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, "snapshot not made");
      process.exit(1);
    },
  );
});
