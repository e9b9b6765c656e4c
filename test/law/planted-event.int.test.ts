/**
 * Whoever adds an event or a command is led through the code by the compiler. Both are planted in a copy of the
 * tree: the files that `tsc` then names are those that docs/ARCHITECTURE.md lists, no more and no fewer.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { gateways } from "./gateways.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");

/** What is planted: a line of `z.object` in the shapes of the family `message`. */
const planted = {
  event: `"message.translated": z.object({ type: z.literal("message.translated"), text: z.string() }),`,
  command: `"message.translate": z.object({ type: z.literal("message.translate"), text: z.string() }),`,
} as const;

/** All of the product, and the golden tables of the gateways; the suites in `test` ask for nothing. */
const projects = ["bin", ...gateways.map((gateway) => `${gateway}/tsconfig.test.json`)];

/** The tree without what is built, with the installed modules. */
async function copyOfTree(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dragoman-planted-")));
  const left = new Set(["node_modules", "dist", ".git", "transcripts"]);
  await cp(root, folder, { recursive: true, filter: (from) => !left.has(basename(from)) });
  // Its own packages are those of the copy, by their relative links.
  const own = "@dragoman";
  await mkdir(join(folder, "node_modules"));
  await cp(join(root, "node_modules", own), join(folder, "node_modules", own), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name !== own)
      await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  return folder;
}

async function plant(folder: string, kind: keyof typeof planted): Promise<void> {
  const file = join(folder, "bus-schema", "src", kind, "message.ts");
  const text = await readFile(file, "utf8");
  const end = text.lastIndexOf("} as const;");
  assert.ok(end > 0, `${file} ends its shapes in another way`);
  await writeFile(file, `${text.slice(0, end)}  ${planted[kind]}\n${text.slice(end)}`);
}

/** What the compiler has to say of a type: the files, in order. */
async function namedBy(output: string, type: string): Promise<readonly string[]> {
  const lines = output.split("\n").filter((line) => line.includes(`'"${type}"'`));
  return [...new Set(lines.map((line) => line.replace(/\(.*/, "")))].sort();
}

/** The files that the page lists under a heading, for the family `message`. */
function listed(page: string, heading: string): readonly string[] {
  const [, after = ""] = page.split(`- *${heading}*`);
  const [section = ""] = after.split(/\n(?=\S)/);
  const files = [...section.matchAll(/^ {2}- `([^`]+\.ts)`/gm)].map(([, file = ""]) => file);
  return files.map((file) => file.replaceAll("<family>", "message")).sort();
}

describe("a planted event and a planted command", () => {
  let folder = "";
  let output = "";
  let page = "";
  before(async () => {
    page = await readFile(join(root, "docs", "ARCHITECTURE.md"), "utf8");
    folder = await copyOfTree();
    await plant(folder, "event");
    await plant(folder, "command");
    const tsc = join(root, "node_modules", ".bin", "tsc");
    output = await new Promise<string>((done) => {
      const options = ["-b", "--pretty", "false", ...projects];
      execFile(tsc, options, { cwd: folder, maxBuffer: 1 << 26 }, (_error, stdout) => done(stdout));
    });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("are asked for in exactly the files that the page lists", async () => {
    assert.deepEqual(await namedBy(output, "message.translated"), listed(page, "A new event"));
    assert.deepEqual(await namedBy(output, "message.translate"), listed(page, "A new command"));
  });

  it("disturb nothing else", () => {
    const errors = output.split("\n").filter((line) => line.includes(": error "));
    const others = errors.filter((line) => !/'"message\.translate(?:d)?"'/.test(line));
    assert.deepEqual(others, []);
  });
});
