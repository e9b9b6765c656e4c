/** Which files are pure, said a second time and apart from packages.ts, which is held against it. */
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gateways } from "./gateways.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");

/** Files of a gateway that meet the outside; all others are pure, those too that nobody has written yet. */
const impure = /^gateway-\w+\/src\/(http\/.*|start\.ts|index\.ts)$/;
const forTests = /\.test\.ts$|^gateway-\w+\/src\/testing\//;

/** Every file below a folder of the repository. */
function filesOf(folder: string): string[] {
  const found = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return found
    .filter((file) => file.isFile() && file.name.endsWith(".ts"))
    .map((file) => relative(root, join(file.path, file.name)))
    .filter((file) => !forTests.test(file));
}

/** Every pure file that there is, and some that there are not. */
export const purePlaces: readonly string[] = [
  "bus-schema/src/newcomer.ts",
  ...filesOf("bus-schema/src"),
  "core/src/decider/new/comer.ts",
  ...filesOf("core/src/decider"),
  ...filesOf("core/src/state"),
  ...gateways.flatMap((gateway) => [
    `${gateway}/src/newcomer.ts`,
    `${gateway}/src/new/comer.ts`,
    ...filesOf(`${gateway}/src`).filter((file) => !impure.test(file)),
  ]),
];
