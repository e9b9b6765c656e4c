/** Pages that name tests: `[title](path)`. What they name must be there. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..", "..");

/** The text of a file of the repository; null where there is none. */
export const onDisk = (path: string): string | null =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : null;

/** What the tests of a file are called; of a title with variables all that stands behind the last. */
function titlesOf(source: string): readonly string[] {
  const calls = source.matchAll(
    /\b(?:describe|it|test)\(\s*(?:"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`)/g,
  );
  return Array.from(calls, ([, plain, template]) =>
    plain === undefined
      ? (template ?? "").replace(/^.*\$\{[^}]*\}:? ?/, "")
      : plain.replaceAll('\\"', '"'),
  );
}

/** The tests that a text names and that are not there. `read`: the text of a file, null where there is none. */
export function missingTests(
  text: string,
  read: (path: string) => string | null,
): readonly string[] {
  return Array.from(text.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g), ([, title = "", path = ""]) => {
    const source = /\.test\.ts$/.test(path) ? read(path) : null;
    const isThere = source !== null && titlesOf(source).includes(title);
    return isThere ? [] : [`${path}: ${title}`];
  }).flat();
}
