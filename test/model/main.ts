/**
 * `npm run model:house -- --sequences 10000 --seed N [--lanes 4] [--kill 40] [--grace]`: as many sequences as are asked for against the
 * model of the house. `--kill`: the core that leads is killed and started again about every so many seconds; 0: never. `--grace`: who
 * goes may come back, as if never gone. What fails is written to `test/model/kept` as short as it gets. Ends with 1 where anything failed.
 */
import { parseArgs } from "node:util";
import { startStack } from "../support/stack.ts";
import { killLeaders, patienceMs } from "./house-kill.ts";
import { graceConfig, houseConfig, playKept, playRandom } from "./house-play.ts";

const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    lanes: { type: "string", default: "4" },
    kill: { type: "string", default: "40" },
    grace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [sequences, seed, lanes, kill] = [
  values.sequences,
  values.seed,
  values.lanes,
  values.kill,
].map(Number) as [number, number, number, number];
if (
  values.help ||
  !(sequences > 0) ||
  !Number.isSafeInteger(seed) ||
  !(lanes > 0) ||
  !(kill >= 0)
) {
  process.stderr.write(
    "usage: npm run model:house -- [--sequences 10000] [--seed N] [--lanes 4] [--kill SECONDS, 0: never] [--grace]\n",
  );
  process.exit(values.help ? 0 : 2);
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`${sequences} sequences, --seed ${seed}`);
const stack = await startStack({
  cores: 2,
  originchats: 2,
  sockchat: 2,
  config: values.grace ? graceConfig : houseConfig,
  processes: ["core"],
  readyMs: patienceMs,
});
const kept = await playKept(stack, values.grace);
const killing = killLeaders(stack.cores, kill * 1_000);
const random = await playRandom(stack, {
  sequences,
  seed,
  lanes,
  hasGrace: values.grace,
  onSequence: (played) => {
    if (played % 250 === 0) say(`${played} played, ${killing.kills} leaders killed`);
  },
});
await killing.stop();
await stack.stop();
const failures = [...kept.failures, ...random.failures];
for (const failure of failures) say(failure);
say(
  `${kept.sequences} kept and ${random.sequences} new sequences, ${random.acts} acts, ${random.heard} tellings, ${random.void} void, ${killing.kills} leaders killed: ${failures.length} failed`,
);
process.exit(failures.length === 0 ? 0 : 1);
