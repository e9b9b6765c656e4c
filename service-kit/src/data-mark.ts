/**
 * What a data folder says of who has used it last, and of which community and journal it is. Its parts are all rebuilt, or read by any version; a version that
 * changes that raises the format, and those before refuse the folder in one sentence.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { OperatorError } from "./operator-error.ts";
import { softwareVersion } from "./version.ts";

/** The arrangement of the folder that this version reads and writes. */
const folderFormat = 1;
const fileName = "version.json";

const Mark = z.object({
  format: z.int().min(1),
  version: z.string().max(64),
  community: z.string().exactOptional(),
  /** What tells its journal from others. */
  journal: z.string().exactOptional(),
});

/** Which community's a folder is, and of which journal; "" where no core has said it. */
interface FolderOwner {
  readonly community: string;
  readonly journal: string;
}

/** @throws OperatorError when its mark cannot be read */
export function ownerOfFolder(dataDir: string): FolderOwner {
  const { community = "", journal = "" } = readMark(join(resolve(dataDir), fileName)) ?? {};
  return { community, journal };
}

/** Notes which community's the folder is, and of which journal. */
export function nameOwner(dataDir: string, owner: FolderOwner): void {
  const path = join(resolve(dataDir), fileName);
  const before = readMark(path);
  if (before?.community === owner.community && before.journal === owner.journal) return;
  writeMark(path, { ...(before ?? { format: folderFormat, version: softwareVersion }), ...owner });
}

function readMark(path: string): z.infer<typeof Mark> | undefined {
  try {
    return Mark.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new OperatorError(`${path} cannot be read (${code})`, 1);
    throw new OperatorError(
      `${path} cannot be read; if nothing else is damaged, remove it and start again`,
      1,
      { cause: error },
    );
  }
}

/**
 * Takes the folder as this version's: it is made where there is none.
 * @throws OperatorError when a newer version has changed its format
 */
export function markFolder(dataDir: string): void {
  const folder = resolve(dataDir);
  const path = join(folder, fileName);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = readMark(path);
  if (before !== undefined && before.format > folderFormat) {
    throw new OperatorError(
      `DRAGOMAN_DATA_DIR: version ${before.version} has used ${folder} and changed its format (${before.format}), ` +
        `which this one, ${softwareVersion}, does not know; start that version or a newer one, or name another folder`,
      1,
    );
  }
  if (before?.format === folderFormat && before.version === softwareVersion) return;
  writeMark(path, { ...before, format: folderFormat, version: softwareVersion });
}

function writeMark(path: string, mark: z.infer<typeof Mark>): void {
  // Several cores may share the folder: none reads half a file.
  const written = `${path}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify(mark)}\n`, { mode: 0o600 });
  renameSync(written, path);
}
