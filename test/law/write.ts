/** Writes biome.law.json from packages.ts, and what a new layout of the state is like: `npm run law`. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lintText } from "./lint.ts";
import { record } from "./state-layout.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
await writeFile(join(root, "biome.law.json"), lintText());
record();
