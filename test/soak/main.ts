/**
 * `npm run soak -- --minutes 60 --seed N [--nodes 3] [--cores 2] [--at-once 4] [--only "nats killed"]...`:
 * prints what happens, then counts and times. With one fault at once the times are those of each alone. Ends with 1 where
 * anything was lost, doubled, out of order, or shown to whom it is not for.
 */
import { parseArgs } from "node:util";
import { faultsOn } from "./fault.ts";
import { tellReport } from "./report.ts";
import { soak } from "./run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    nodes: { type: "string", default: "1" },
    cores: { type: "string", default: "2" },
    speakers: { type: "string", default: "3" },
    "at-once": { type: "string", default: "4" },
    only: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});
const [minutes, seed, nodes, cores, speakersEach, atOnce] = [
  values.minutes,
  values.seed,
  values.nodes,
  values.cores,
  values.speakers,
  values["at-once"],
].map(Number) as [number, number, number, number, number, number];
const faults = faultsOn(nodes);
const unknown = values.only.find((name) => !faults.some((fault) => fault.name === name));
if (
  unknown !== undefined ||
  values.help ||
  !(minutes > 0) ||
  !Number.isSafeInteger(seed) ||
  ![1, 3].includes(nodes) ||
  !(cores >= 2)
) {
  process.stderr.write(
    `usage: npm run soak -- [--minutes 60] [--seed N] [--nodes 1 or 3] [--cores 2] [--speakers 3 at each gateway] [--at-once 4] [--only FAULT]...\nfaults: ${faults.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(values.help ? 0 : 2);
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(
  `soak of ${minutes} min, --seed ${seed}, ${nodes === 1 ? "one nats-server" : `${nodes} nats-servers`}`,
);
const report = await soak({
  minutes,
  seed,
  nodes,
  cores,
  gatewaysOfEach: 2,
  speakersEach,
  atOnce,
  only: values.only,
  onEvent: say,
});
say(tellReport(report));
process.exit(report.violations.length === 0 ? 0 : 1);
