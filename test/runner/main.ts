/**
 * Runs test files, some at once and the dearest first, and says at the end which those were: `main.js <at once> <files>`.
 * `dragoman test` starts it. (`node --test` would run them by the alphabet, each in a process of its own.)
 */
import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { entryOf, grouped } from "./group.ts";
import { dearestFirst } from "./order.ts";
import { Times } from "./times.ts";

const [atOnce, ...files] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "dragoman-runner-"));
const names = new Map<string, string>();
for (const [number, group] of grouped(dearestFirst(files)).entries())
  names.set(await entryOf(group, folder, number), group.name);
// Who ends this process ends the tests.
const ending = new AbortController();
// Every file listens.
setMaxListeners(0, ending.signal);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
const times = new Times(() => performance.now(), names);
// Node names the run of a whole file by its path, as it is given.
const tests = run({ files: [...names.keys()], concurrency: Number(atOnce), signal: ending.signal });
tests.on("test:dequeue", (event) => times.begin(event));
tests.on("test:complete", (event) => times.end(event));
tests.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
const told = tests.compose(new spec());
told.pipe(process.stdout, { end: false });
told.on("end", () => {
  process.stdout.write(times.report());
  void rm(folder, { recursive: true, force: true });
});
