/**
 * Whose the files of a data folder are. One command that root ran over the folder of a service leaves files there that the
 * service cannot read, and whoever meets one of them says something else of it: so they are looked at beforehand.
 */
import { lstatSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { environmentName } from "./environment.ts";

/** What Dragoman keeps in the folder. Whatever else lies there is somebody else's, with the rights that they gave it. */
export const folderContents = [
  "demo.json",
  "lock",
  "lock-journal",
  "nats",
  "projection",
  "run.json",
  "tls",
  "version.json",
] as const;

/** What the owner of a file, or of a folder, may do at least. */
const readable = 0o400;
const enterable = 0o500;

const sayUser = (uid: number): string => (uid === 0 ? "root" : `user ${uid}`);

/**
 * Why a user cannot have all that Dragoman keeps in a folder, in one sentence; undefined: it is the user's.
 * @param uid of the user; undefined where the system has no such thing. Root may do everything; see `sayRoot`
 */
export function sayForeign(dataDir: string, uid = process.getuid?.()): string | undefined {
  if (uid === undefined || uid === 0) return undefined;
  const folder = resolve(dataDir);
  for (const name of folderContents) {
    const why = foreignAt(join(folder, name), uid);
    if (why === undefined) continue;
    return (
      `${environmentName("dataDir")}: ${why}: give all of it back (as root, \`chown -R ${uid} ${folder}\` and ` +
      `\`chmod -R u+rwX ${folder}\`), and run every command as the user that the services run as`
    );
  }
  return undefined;
}

function foreignAt(path: string, uid: number): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return undefined;
  if (found.uid !== uid) {
    return `${path} belongs to ${sayUser(found.uid)}, and this process runs as ${sayUser(uid)}`;
  }
  const least = found.isDirectory() ? enterable : readable;
  if ((found.mode & least) !== least) return `${path} may not be read, even by its owner`;
  if (!found.isDirectory()) return undefined;
  for (const name of namesIn(path)) {
    const why = foreignAt(join(path, name), uid);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** A folder that has gone meanwhile, as the store's do, holds nothing. */
function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Why root should not write in a folder, in one sentence: it is another user's, whose services could not read what root
 * leaves there. undefined: it may, or the user is not root.
 */
export function sayRoot(dataDir: string, uid = process.getuid?.()): string | undefined {
  const folder = resolve(dataDir);
  const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  if (uid !== 0 || owner === 0) return undefined;
  return (
    `${environmentName("dataDir")}: ${folder} belongs to ${sayUser(owner)}, and this is root, whose files the services could ` +
    `not read afterwards: run it as that user (\`sudo -u '#${owner}' ...\`)`
  );
}
