import { dearest } from "./dearest.ts";

/** The source of a compiled test file, as it stands in the repository. */
export const sourceOf = (compiled: string): string =>
  compiled
    .replace(/^test\/dist\//, "test/")
    .replace(/^([^/]+)\/dist\//, "$1/src/")
    .replace(/\.js$/, ".ts");

/** Compiled test files, given from the repository: those that take long, then those that start processes, then the rest. */
export function dearestFirst(files: readonly string[]): readonly string[] {
  const place = (file: string): number => {
    const at = dearest.indexOf(sourceOf(file));
    if (at >= 0) return at;
    return file.endsWith(".int.test.js") ? dearest.length : dearest.length + 1;
  };
  return [...files].sort((one, other) => place(one) - place(other));
}
