/** How much room the disk of the data folder has. */
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { environmentName } from "@dragoman/service-kit";

/** With less than this nothing can be relied on to be stored: a block of NATS' store or a page of the history takes more. */
const leftBytesMin = 16 * 1024 * 1024;

/**
 * What an operator is told of a disk that is full, in one sentence; undefined: it has room.
 * @param freeBytes what this user may still write there
 */
export function sayFullDisk(path: string, freeBytes: number): string | undefined {
  if (freeBytes >= leftBytesMin) return undefined;
  const left = `${Math.floor(freeBytes / 1024)} KiB`;
  return `${environmentName("dataDir")}: the disk of ${path} is full (${left} left), so what people do cannot be stored; make room, and start a nats-server of version 2.9 again`;
}

/** The same of the disk that a data folder is on, or will be made on. */
export async function checkDisk(dataDir: string): Promise<string | undefined> {
  const path = resolve(dataDir);
  for (let present = path; ; present = dirname(present)) {
    try {
      const { bavail, bsize } = await statfs(present);
      return sayFullDisk(path, bavail * bsize);
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!isMissing || present === dirname(present)) throw error;
    }
  }
}
