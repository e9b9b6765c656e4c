/** The command line as `bin/dragoman.mjs` runs it once everything is installed and built. */
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..", "..");
const { main } = (await import(join(root, "bin", "dist", "cli.js"))) as {
  readonly main: (argv: readonly string[]) => Promise<number>;
};
process.exit(await main(process.argv));
