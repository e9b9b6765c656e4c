/** Paths that a data folder names: none leads out of it. */
import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";

/** A path below a folder; undefined: it climbs out. */
export function below(folder: string, name: string): string | undefined {
  const path = resolve(folder, name);
  const way = relative(folder, path);
  return way === "" || way.startsWith("..") || isAbsolute(way) ? undefined : path;
}

/**
 * The plain file at a path below a folder; null: something else lies there, or a link stands on the way, which may lead
 * anywhere; undefined: nothing lies there, or nothing that can be looked at.
 */
export async function plainFile(folder: string, path: string): Promise<Stats | null | undefined> {
  try {
    const found = await lstat(path);
    const way = relative(await realpath(folder), await realpath(path));
    const isOnItsWay = way === relative(resolve(folder), resolve(path));
    return found.isFile() && isOnItsWay ? found : null;
  } catch {
    return undefined;
  }
}
