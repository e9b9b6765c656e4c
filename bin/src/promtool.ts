/** Where the tests get `promtool` from, which reads the rules of alerts as Prometheus does. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { OperatorError } from "@dragoman/service-kit";
import { unpackDebian } from "./debian-package.ts";

const runs = (path: string): boolean => spawnSync(path, ["--version"]).status === 0;

/**
 * A promtool: `DRAGOMAN_TEST_PROMTOOL`, else that of the path, else that of Debian's package, unpacked into `dataDir`.
 * @throws OperatorError with what to do
 */
export async function findPromtool(dataDir: string, say: (line: string) => void): Promise<string> {
  const given = process.env["DRAGOMAN_TEST_PROMTOOL"] ?? "";
  if (given !== "") {
    if (runs(given)) return given;
    throw new OperatorError(`DRAGOMAN_TEST_PROMTOOL: ${given} cannot be run`, 3);
  }
  if (runs("promtool")) return "promtool";
  const folder = join(dataDir, "prometheus", "package");
  const path = join(folder, "usr", "bin", "promtool");
  if (runs(path)) return path;
  const why = await unpackDebian("prometheus", folder, { say });
  if (why === null && runs(path)) return path;
  throw new OperatorError(
    `promtool is not on this machine, and Debian's package could not be fetched (${why ?? "it does not run here"}): ` +
      "`sudo apt-get install prometheus` (Debian, Ubuntu), `brew install prometheus` (macOS), or name one by DRAGOMAN_TEST_PROMTOOL",
    3,
  );
}
