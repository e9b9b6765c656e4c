/**
 * The name of a test file says how far it reaches: `x.int.test.ts` starts processes (nats-server, services,
 * a browser, a compiler), `x.test.ts` runs in milliseconds. `npm test -- unit` runs the latter.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, it } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");

/** What starts a process. */
const starters = new Set(["node:child_process", "playwright-core", "testing/src/nats.ts"]);

/** Code of tests alone: only this is looked through for what a test starts. What the product does is its own. */
const isTestCode = (file: string): boolean =>
  /^(test|testing)\/|\/src\/testing\/|\.test\.ts$/.test(file);

/** The text of a file of the repository, "" where it is none. */
type Read = (file: string) => string;

/** What a file imports when it runs, as paths from the root or names of modules. */
function imported(file: string, text: string): readonly string[] {
  const pattern = /^(?:import|export)\b(?! type\b)[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(pattern)].map(([, still, lazy]) => {
    const name = still ?? lazy ?? "";
    if (name.startsWith("@dragoman/testing/")) {
      return `testing/src/${name.slice("@dragoman/testing/".length)}.ts`;
    }
    return name.startsWith(".") ? relative(root, resolve(root, dirname(file), name)) : name;
  });
}

/** The starter that a file reaches through code of tests, and undefined where it reaches none. */
function starterOf(file: string, read: Read, seen: Set<string> = new Set()): string | undefined {
  if (starters.has(file)) return file;
  if (seen.has(file) || !isTestCode(file)) return undefined;
  seen.add(file);
  for (const next of imported(file, read(file))) {
    const starter = starterOf(next, read, seen);
    if (starter !== undefined) return starter;
  }
  return undefined;
}

/** What is wrong with the name of a test file, and undefined where nothing is. */
function wrongName(file: string, read: Read): string | undefined {
  const starter = starterOf(file, read);
  const says = file.endsWith(".int.test.ts");
  if (starter !== undefined && !says) return `${file} reaches ${starter}: call it .int.test.ts`;
  return starter === undefined && says ? `${file} starts nothing: call it .test.ts` : undefined;
}

function testFiles(): readonly string[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== "node_modules",
  );
  return folders.flatMap(({ name }) =>
    readdirSync(join(root, name), { recursive: true })
      .map((file) => `${name}/${file}`)
      .filter((file) => file.endsWith(".test.ts") && !/\/(dist|node_modules)\//.test(file)),
  );
}

const onDisk: Read = (file) => {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

/** Not written out below, for this file is looked through as well. */
const spawner = "node:child_process";

describe("the name of a test file", () => {
  it("says whether it starts processes", () => {
    const files = testFiles();
    assert.ok(files.length > 100);
    assert.deepEqual(
      files.flatMap((file) => wrongName(file, onDisk) ?? []),
      [],
    );
  });

  it("is seen to lie where a starter is reached directly, through a helper or lazily, or not at all", () => {
    const files: Record<string, string> = {
      "core/src/a.test.ts": 'import { openNats } from "@dragoman/testing/nats";',
      "core/src/b.test.ts": 'import {\n  x,\n} from "../../test/support/c.ts";',
      "test/support/c.ts": `const { spawn } = await import("${spawner}");`,
      "core/src/d.test.ts": 'import type { X } from "@dragoman/testing/nats";\nimport "./e.ts";',
      "core/src/f.int.test.ts": 'import { y } from "./e.ts";',
      "core/src/e.ts": `import { spawn } from "${spawner}";`,
      "core/src/g.int.test.ts": 'export { z } from "@dragoman/testing/nats";',
    };
    const read: Read = (file) => files[file] ?? "";
    const wrong = Object.keys(files).filter(
      (file) => file.endsWith(".test.ts") && wrongName(file, read) !== undefined,
    );
    assert.deepEqual(wrong, ["core/src/a.test.ts", "core/src/b.test.ts", "core/src/f.int.test.ts"]);
  });
});
