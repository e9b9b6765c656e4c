/**
 * Runs test files, some at once and the dearest first, and says at the end which those were: `main.js <at once> <files>`.
 * `dragoman test` starts it. (`node --test` would run them by the alphabet.)
 */
import { resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { dearestFirst } from "./order.ts";
import { Times } from "./times.ts";

const [atOnce, ...files] = process.argv.slice(2);
const times = new Times(() => performance.now());
const tests = run({
  // Node names the run of a whole file by its path, as it is given.
  files: dearestFirst(files).map((file) => resolve(file)),
  concurrency: Number(atOnce),
});
tests.on("test:dequeue", (event) => times.begin(event));
tests.on("test:complete", (event) => times.end(event));
tests.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
tests
  .compose(new spec())
  .on("end", () => process.stdout.write(times.report()))
  .pipe(process.stdout, { end: false });
