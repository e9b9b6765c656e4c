/** The folders of the edges, by the list of workspaces: the law is the same for one that nobody has written yet. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const root = resolve(import.meta.dirname, "..", "..", "..");
const Manifest = z.object({ workspaces: z.array(z.string()) });

export const gateways: readonly string[] = Manifest.parse(
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
).workspaces.filter((folder) => folder.startsWith("gateway-") && folder !== "gateway-kit");
