/** The load balancer of the tests: the one that `DRAGOMAN_TEST_CADDY` names, else that of the path. */
import { spawnSync } from "node:child_process";

/** How it is called; undefined, with one line of why, where there is none. */
export function caddyBinary(): string | undefined {
  const path = process.env["DRAGOMAN_TEST_CADDY"] ?? "caddy";
  const { status, error } = spawnSync(path, ["version"], { encoding: "utf8" });
  if (status === 0) return path;
  process.stderr.write(
    `No Caddy (${error?.message ?? status}): name one by DRAGOMAN_TEST_CADDY, or install it.\n`,
  );
  return undefined;
}
