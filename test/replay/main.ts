/**
 * `npm run replay -- originchats|sockchat [--faults] FILE…`: plays recordings against houses of ours, prints where
 * they differ, and the score. With `--faults` each known fault is planted in what came, and looked for.
 */
import { type Finding, findFaults } from "./again.ts";
import { faults as originchatsFaults } from "./originchats/faults.ts";
import { replayOriginchats } from "./originchats/replay.ts";
import { type Difference, describe } from "./protocol.ts";
import { Score } from "./score.ts";
import { faults as sockchatFaults } from "./sockchat/faults.ts";
import { replaySockchat } from "./sockchat/replay.ts";

interface Played {
  readonly differences: readonly Difference[];
  readonly score: Score;
  /** Plants the protocol's faults in it. */
  findFaults(): readonly Finding[];
}

const replays: ReadonlyMap<string, (path: string) => Promise<Played>> = new Map([
  [
    "originchats",
    async (path: string): Promise<Played> => {
      const run = await replayOriginchats(path);
      const { differences, score } = run;
      return { differences, score, findFaults: () => findFaults([run], originchatsFaults) };
    },
  ],
  [
    "sockchat",
    async (path: string): Promise<Played> => {
      const run = await replaySockchat(path);
      const { differences, score } = run;
      return { differences, score, findFaults: () => findFaults([run], sockchatFaults) };
    },
  ],
]);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [protocol = "", ...words] = process.argv.slice(2);
const files = words.filter((word) => word !== "--faults");
const replay = replays.get(protocol);
if (replay === undefined || files.length === 0) {
  const protocols = [...replays.keys()].join("|");
  process.stderr.write(`usage: npm run replay -- ${protocols} [--faults] FILE...\n`);
  process.exit(2);
}
const total = new Score();
const findings: Finding[] = [];
for (const file of files) {
  const played = await replay(file);
  total.add(played.score);
  print(`${file}: ${played.score.summary}`);
  for (const difference of played.differences) print(`  ${describe(difference)}`);
  if (words.includes("--faults")) findings.push(...played.findFaults());
}
print(`\n${files.length} recordings: ${total.summary}`);
for (const line of total.rules) print(line);
for (const what of new Set(findings.map((finding) => finding.what))) {
  const own = findings.filter((finding) => finding.what === what);
  const planted = own.flatMap((finding) => finding.planted);
  const found = own.flatMap((finding) => finding.found);
  print(`fault found in ${found.length} of ${planted.length} recordings that show it: ${what}`);
}
process.exit(total.unexplained === 0 ? 0 : 1);
