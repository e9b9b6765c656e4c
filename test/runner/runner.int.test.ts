import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually, within } from "@dragoman/testing/deadline";
import { dearest } from "./dearest.ts";
import { entryOf, grouped } from "./group.ts";
import { dearestFirst } from "./order.ts";
import { Times } from "./times.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

test("the files that are told to be dear are there, each once", () => {
  for (const file of dearest) assert.ok(existsSync(join(root, file)), file);
  assert.equal(new Set(dearest).size, dearest.length);
});

const compiled = (source: string): string =>
  source.replace(/^test\//, "test/dist/").replace(/\.ts$/, ".js");

test("dear files begin first, then those that start no process, then the rest", () => {
  const [first = "", second = ""] = dearest.map(compiled);
  const others = ["core/dist/a.test.js", "core/dist/b.int.test.js", "core/dist/c.int.test.js"];
  assert.deepEqual(dearestFirst([...others.toReversed(), second, first]), [
    first,
    second,
    "core/dist/a.test.js",
    "core/dist/c.int.test.js",
    "core/dist/b.int.test.js",
  ]);
});

test("what starts no process runs together, one process a package, but for what is dear", () => {
  const [dear = ""] = dearest.map(compiled);
  const files = ["core/dist/a.test.js", "core/dist/b/c.test.js", "bin/dist/d.test.js"];
  assert.deepEqual(grouped([dear, ...files, "core/dist/e.int.test.js"]), [
    { name: dearest[0], files: [dear] },
    {
      name: "core/src/a.test.ts and 1 with it",
      files: ["core/dist/a.test.js", "core/dist/b/c.test.js"],
    },
    { name: "bin/src/d.test.ts", files: ["bin/dist/d.test.js"] },
    { name: "core/src/e.int.test.ts", files: ["core/dist/e.int.test.js"] },
  ]);
});

test("of files with a house each some run together", () => {
  const files = Array.from({ length: 8 }, (_, n) => `test/dist/crossing/${n}.int.test.js`);
  assert.deepEqual(
    grouped(files).map((group) => [group.name, group.files.length]),
    [
      ["test/crossing/0.int.test.ts and 5 with it", 6],
      ["test/crossing/6.int.test.ts and 1 with it", 2],
    ],
  );
});

test("in a group each file is prepared for its own tests alone, and a fault of one costs no other", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-group-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, `${name}.test.mjs`);
    await writeFile(path, `import { after, before, test } from "node:test";\n${text}`);
    return path;
  };
  const say = (what: string): string => `() => console.log("${what}")`;
  const whole = (name: string): string =>
    `before(${say(`before ${name}`)}); after(${say(`after ${name}`)});
     test("of ${name}", ${say(name)}); test("more of ${name}", ${say(name)});`;
  const files = [
    await file("one", whole("one")),
    await file("broken", 'throw new Error("no file");'),
    await file("two", whole("two")),
  ];
  const entry = await entryOf({ name: "three", files }, folder, 1);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const ended = await promisify(execFile)(process.execPath, ["--test-reporter=tap", entry], {
    env,
  }).catch((error: unknown) => error as { code: number; stdout: string });
  const lines = ended.stdout.split("\n").filter((line) => /^(before|after|one|two)/.test(line));
  const order = (name: string): string[] => [`before ${name}`, name, name, `after ${name}`];
  assert.deepEqual(lines, [...order("one"), ...order("two")]);
  assert.equal("code" in ended ? ended.code : 0, 1);
  assert.match(ended.stdout, /# pass 4\n/);
});

test("whoever ends the runner ends the tests that run", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-ended-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [file, told] = [join(folder, "long.test.mjs"), join(folder, "pid")];
  await writeFile(
    file,
    `import { renameSync, writeFileSync } from "node:fs";
     import { test } from "node:test";
     test("long", () => new Promise(() => {
       setInterval(() => undefined, 1_000);
       writeFileSync(${JSON.stringify(`${told}.new`)}, String(process.pid));
       renameSync(${JSON.stringify(`${told}.new`)}, ${JSON.stringify(told)});
     }));`,
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const runner = spawn(process.execPath, [join(import.meta.dirname, "main.js"), "1", file], {
    env,
  });
  const ended = once(runner, "exit");
  const pid = Number(await eventually(10_000, "the test", () => readFile(told, "utf8")));
  runner.kill("SIGTERM");
  assert.deepEqual(await within(10_000, "the end of the runner", ended), [1, null]);
  await eventually(10_000, "the end of the test", () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
});

test("the dearest files are told with their seconds, and how long all took", () => {
  let nowMs = 0;
  const times = new Times(() => nowMs, new Map([["/r/b.test.js", "core, 2 files"]]));
  const event = (name: string) => ({ name, nesting: 0, file: name });
  times.begin(event("/r/a.test.js"));
  times.begin(event("/r/b.test.js"));
  times.begin({ name: "a test", nesting: 0, file: "/r/b.test.js" });
  nowMs = 1_500;
  times.end({ name: "a test", nesting: 0, file: "/r/b.test.js" });
  times.end(event("/r/a.test.js"));
  assert.equal(times.report(), "", "of one file nothing is said");
  nowMs = 62_040;
  times.end(event("/r/b.test.js"));
  const lines = times.report().split("\n");
  assert.deepEqual(
    lines.map((line) => line.replace(/^ℹ +/, "")),
    [
      "seconds of the dearest files",
      "62.0 core, 2 files",
      "1.5 /r/a.test.js",
      "63.5 all, which took 62.0 s together",
      "",
    ],
  );
});
