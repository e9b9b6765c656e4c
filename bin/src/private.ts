/** Files of the data folder are their owner's alone: 0600, and folders 0700, whatever the process was started under. */
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What group and others may do. */
const shared = 0o077;

/** From here on, whatever this process and those that it starts write may be read by their owner alone. */
export function keepPrivate(): void {
  process.umask(shared);
}

/**
 * Takes what group and others may do from a file, or from a folder and all that is in it: an earlier version made
 * it, or a package brought it. Links are not followed.
 */
export function makePrivate(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return;
  if ((found.mode & shared) !== 0) chmodSync(path, found.mode & 0o700);
  if (!found.isDirectory()) return;
  for (const name of readdirSync(path)) makePrivate(join(path, name));
}
