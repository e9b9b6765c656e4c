/** Nothing of tests is compiled for the product, and nothing of it is sent to where the image is made. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "..", "..", "..");
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const ofTests = /\.test\.ts$|\/src\/testing\/|^testing\/|^test\//;

interface Project {
  readonly references?: readonly { readonly path: string }[];
}

/** A project and all that it is built from, as paths from the root. */
function projectsFrom(path: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  const file = path.endsWith(".json") ? path : `${path}/tsconfig.json`;
  const { references = [] } = JSON.parse(readFileSync(join(root, file), "utf8")) as Project;
  for (const { path: next } of references) {
    projectsFrom(relative(root, resolve(root, dirname(file), next)), found);
  }
  return found;
}

/** The repository's own source files of a project. */
async function filesOf(project: string): Promise<readonly string[]> {
  const options = [compiler, "-p", project, "--listFilesOnly"];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
  return stdout
    .split("\n")
    .map((file) => relative(root, file.trim()))
    .filter((file) => /^[^.][^:]*\.[jt]s$/.test(file) && !/node_modules|\.d\.ts$/.test(file));
}

describe("the product", () => {
  it("is built of no test and no fixture", async () => {
    const projects = projectsFrom("bin");
    assert.ok(projects.has("core") && projects.has("gateway-sockchat"));
    const files = (await Promise.all([...projects].map(filesOf))).flat();
    assert.ok(files.length > 400);
    assert.deepEqual(
      files.filter((file) => ofTests.test(file)),
      [],
    );
  });

  it("gets none of them into its image", () => {
    const lines = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");
    const kept = lines.indexOf("**/dist");
    for (const line of ["**/*.test.ts", "**/src/testing"]) {
      assert.ok(lines.indexOf(line) > lines.indexOf("!bin") && lines.indexOf(line) < kept, line);
    }
    assert.deepEqual(
      lines.filter((line) => /^!test/.test(line)),
      ["!testing/package.json", "!test/package.json"],
    );
  });
});
