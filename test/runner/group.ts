/**
 * Files that run together, in one process one after the other: most of the time of a short file is that of loading what
 * it tests. What starts no process is one group a package; of folders whose files start a house each in their own
 * process, some together.
 */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { dearest } from "./dearest.ts";
import { sourceOf } from "./order.ts";

/** Files that are run by one process. */
export interface Group {
  readonly name: string;
  /** Compiled test files, given from the repository. */
  readonly files: readonly string[];
}

/** Folders of files that start houses, and start and end nothing else. */
const houses = ["test/dist/crossing/", "test/dist/conformance/"];
/** So many of those are a group. */
const housesMax = 6;

/** What a file is grouped by; undefined: it runs alone. */
function kindOf(file: string): string | undefined {
  if (dearest.includes(sourceOf(file))) return undefined;
  if (!file.endsWith(".int.test.js")) return file.split("/")[0];
  return houses.find((folder) => file.startsWith(folder));
}

/** The files in groups, in the order of the first of each. */
export function grouped(files: readonly string[]): readonly Group[] {
  const all: string[][] = [];
  const open = new Map<string, string[]>();
  for (const file of files) {
    const kind = kindOf(file);
    const group = kind === undefined ? undefined : open.get(kind);
    if (kind === undefined) all.push([file]);
    else if (group === undefined || (houses.includes(kind) && group.length === housesMax)) {
      const begun = [file];
      all.push(begun);
      open.set(kind, begun);
    } else group.push(file);
  }
  return all.map((members) => {
    const [first = ""] = members.map(sourceOf);
    const more = members.length === 1 ? "" : ` and ${members.length - 1} with it`;
    return { name: first + more, files: members };
  });
}

/**
 * The file that Node's runner is given for a group: the only one, or one that has a suite of each, so that what a file
 * does before and after its tests is done for those alone.
 * @param folder where such files are written
 * @param number tells them apart
 */
export async function entryOf({ files }: Group, folder: string, number: number): Promise<string> {
  const [only = ""] = files;
  if (files.length === 1) return resolve(only);
  const entry = join(folder, `group-${number}.mjs`);
  const addresses = files.map((file) => [sourceOf(file), pathToFileURL(resolve(file)).href]);
  await writeFile(
    entry,
    `import { describe } from "node:test";
for (const [name, address] of ${JSON.stringify(addresses)}) describe(name, () => import(address));
`,
  );
  return entry;
}
