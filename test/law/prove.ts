/** Fails when a regular expression of production is not proven linear: `npm run proof`, a part of `npm run check`. */
import { resolve } from "node:path";
import { judge } from "./expressions.ts";

const { faults, count } = await judge(resolve(import.meta.dirname, "..", "..", ".."));
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`${count} regular expressions, ${faults.length} not proven linear\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
