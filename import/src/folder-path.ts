/** Paths that a data folder names: none leads out of it. */
import type { Stats } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import { refuseBarred } from "./refusal.ts";

/** A path below a folder; undefined: it climbs out. */
export function below(folder: string, name: string): string | undefined {
  const path = resolve(folder, name);
  const way = relative(folder, path);
  return way === "" || way.startsWith("..") || isAbsolute(way) ? undefined : path;
}

/**
 * The plain file at a path below a folder; null: something else lies there, or a link stands on the way, which may lead
 * anywhere; undefined: nothing lies there.
 * @throws SourceRefusal where it may not be read
 */
export function plainFile(folder: string, path: string): Promise<Stats | null | undefined> {
  return plain(folder, path, (found) => found.isFile());
}

/** The same of a folder in it. */
export function plainFolder(folder: string, path: string): Promise<Stats | null | undefined> {
  return plain(folder, path, (found) => found.isDirectory());
}

async function plain(
  folder: string,
  path: string,
  isWanted: (found: Stats) => boolean,
): Promise<Stats | null | undefined> {
  try {
    const found = await lstat(path);
    const way = relative(await realpath(folder), await realpath(path));
    const isOnItsWay = way === relative(resolve(folder), resolve(path));
    if (!isWanted(found) || !isOnItsWay) return null;
    await mayBeRead(path);
    return found;
  } catch (error) {
    refuseBarred(path, error);
    return undefined;
  }
}

/** @throws EACCES and its like where it may not be read */
export async function mayBeRead(path: string): Promise<void> {
  await (await open(path, "r")).close();
}
