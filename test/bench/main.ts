/**
 * `npm run bench [-- name...] [--scale 0.1] [--people 0.1] [--json file]`: measures the named benchmarks, all but
 * `growth` and `import` by default, and prints a table. `--people` is the scale of accounts and places in `growth`, and in
 * `import` how many people there are, as `--messages` and `--attachmentsBytes` say what else. No benchmark passes or fails: it
 * reports.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Sizes } from "../import/made-originchats.ts";
import { bans } from "./ban.ts";
import { eyesShare } from "./eyes.ts";
import { fanout } from "./fanout.ts";
import { type Figure, table } from "./figure.ts";
import { growth } from "./growth.ts";
import { history } from "./history.ts";
import { imports } from "./import.ts";
import { latency } from "./latency.ts";
import { lists } from "./lists.ts";
import { storms } from "./storm.ts";
import { syncs } from "./sync.ts";

type Benchmark = (scale: number, people: number) => Promise<readonly Figure[]>;
const benchmarks: ReadonlyMap<string, Benchmark> = new Map<string, Benchmark>([
  ["fanout", fanout],
  ["eyes", eyesShare],
  ["latency", latency],
  ["history", history],
  ["storm", storms],
  ["growth", growth],
  ["ban", bans],
  ["sync", syncs],
  ["lists", lists],
  ["import", (scale) => imports(scale, sizes())],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: "string", default: "1" },
    people: { type: "string", default: "1" },
    messages: { type: "string" },
    attachmentsBytes: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
/** What an import is of, as far as it is said. */
function sizes(): Partial<Sizes> {
  const { messages, attachmentsBytes } = values;
  return {
    ...(values.people === "1" ? {} : { people: Number(values.people) }),
    ...(messages === undefined ? {} : { messages: Number(messages) }),
    ...(attachmentsBytes === undefined ? {} : { attachmentsBytes: Number(attachmentsBytes) }),
  };
}

/** They take long: for whoever names them. */
const long = new Set(["growth", "import"]);
const usual = [...benchmarks.keys()].filter((name) => !long.has(name));
const names = positionals.length > 0 ? positionals : usual;
const unknown = names.find((name) => !benchmarks.has(name));
const scale = Number(values.scale);
const people = Number(values.people);

if (values.help || unknown !== undefined || !(scale > 0) || !(people > 0)) {
  const known = [...benchmarks.keys()].join(", ");
  const text = `usage: npm run bench -- [name...] [--scale 0.1] [--people 0.1] [--json file]\nbenchmarks: ${known}\n`;
  process.stderr.write(unknown === undefined ? text : `no benchmark ${unknown}\n${text}`);
  process.exit(values.help ? 0 : 2);
}

const results: Record<string, readonly Figure[]> = {};
for (const name of names) {
  process.stderr.write(`measuring ${name} …\n`);
  const figures = (await benchmarks.get(name)?.(scale, people)) ?? [];
  results[name] = figures;
  process.stdout.write(`${table(name, figures)}\n`);
}
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ scale, results }, null, 2)}\n`);
}
process.exit(0);
