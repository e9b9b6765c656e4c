/** `npm run replay -- originchats|sockchat FILE…`: plays recordings against a house and prints the differences. */
import { describe } from "./comparison.ts";
import { type Outcome, replayOriginchats } from "./replay-originchats.ts";
import { replaySockchat } from "./sockchat/replay.ts";

const replays: ReadonlyMap<string, (path: string) => Promise<Outcome>> = new Map([
  ["originchats", replayOriginchats],
  [
    "sockchat",
    async (path) => ({
      differences: (await replaySockchat(path)).differences as never,
      explained: [],
    }),
  ],
]);

const [protocol = "", ...files] = process.argv.slice(2);
const replay = replays.get(protocol);
if (replay === undefined || files.length === 0) {
  process.stderr.write(`usage: npm run replay -- ${[...replays.keys()].join("|")} FILE...\n`);
  process.exit(2);
}
let total = 0;
for (const file of files) {
  const { differences, explained } = await replay(file);
  total += differences.length;
  process.stdout.write(
    `${file}: ${differences.length} differences, ${explained.length} explained\n`,
  );
  for (const difference of differences) process.stdout.write(`  ${describe(difference)}\n`);
}
process.exit(total === 0 ? 0 : 1);
