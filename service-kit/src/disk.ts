/** How much room a disk has. */
import { statfsSync } from "node:fs";

/** What this user may still write there, and how large it is. */
export interface DiskRoom {
  readonly freeBytes: number;
  readonly bytes: number;
}

/**
 * Of the disk that a folder is on: a call of some microseconds on a local one.
 * @returns undefined where there is no such folder, or this user may not look at it
 */
export function diskRoom(path: string): DiskRoom | undefined {
  try {
    const { bavail, bsize, blocks } = statfsSync(path);
    return { freeBytes: bavail * bsize, bytes: blocks * bsize };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw error;
  }
}
