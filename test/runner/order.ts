import { dearest } from "./dearest.ts";

/** The source of a compiled test file, both as they stand in the repository. */
export const sourceOf = (compiled: string): string =>
  compiled
    .replace(/^test\/dist\//, "test/")
    .replace(/^([^/]+)\/dist\//, "$1/src/")
    .replace(/\.js$/, ".ts");

/** Compiled test files, given from the repository: those that take long, then those that start no process, then the rest. */
export function dearestFirst(files: readonly string[]): readonly string[] {
  const place = (file: string): number => {
    const at = dearest.indexOf(sourceOf(file));
    if (at >= 0) return at;
    return file.endsWith(".int.test.js") ? dearest.length + 1 : dearest.length;
  };
  return [...files].sort((one, other) => place(one) - place(other));
}
