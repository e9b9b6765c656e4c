/** Writes biome.law.json from packages.ts: `npm run law`. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lintText } from "./lint.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
await writeFile(join(root, "biome.law.json"), lintText());
