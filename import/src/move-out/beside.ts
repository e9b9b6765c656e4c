/**
 * What is written stands beside its place until it is whole: what was killed half-way never looks whole, and the next run
 * takes it away. It holds hashes and people's words: it is its owner's alone.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** What cannot be written, in words for whoever asked for it. */
export class TargetRefusal extends Error {
  override readonly name = "TargetRefusal";
}

const folderMode = 0o700;
const fileMode = 0o600;
/** Stands in the folder beside: what has it is of an export, and by which process. */
const markName = ".dragoman-export";

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** @throws TargetRefusal where it is not a new path, or an empty folder if `mayBeEmpty` */
async function refuseTarget(path: string, mayBeEmpty: boolean): Promise<void> {
  if (!(await isThere(dirname(path))))
    throw new TargetRefusal(`${path}: the folder ${dirname(path)} does not exist`);
  if (!(await isThere(path))) return;
  const held = mayBeEmpty ? await readdir(path).catch(() => null) : null;
  if (held === null) throw new TargetRefusal(`${path} is there already, and is not overwritten`);
  if (held.length > 0) throw new TargetRefusal(`${path} is not empty, and is not written into`);
}

/** Whether a process of this machine lives. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Takes away what an export that was killed has left. */
async function clear(beside: string, path: string): Promise<void> {
  if (!(await isThere(beside))) return;
  const owner = await readFile(join(beside, markName), "utf8").catch(() => null);
  if (owner === null)
    throw new TargetRefusal(`${beside} is in the way, and is not of an export: take it away`);
  const pid = Number(owner);
  if (pid !== process.pid && lives(pid))
    throw new TargetRefusal(`${path} is being written by process ${pid}`);
  await rm(beside, { recursive: true, force: true });
}

/**
 * Has something written into a folder beside a path; `inFolder` says what of it becomes the path: all of it, or one file.
 * What fails leaves nothing.
 * @throws TargetRefusal when it cannot be written there
 */
export async function writeBeside<T>(
  given: string,
  form: { readonly file: string } | "folder",
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const path = resolve(given);
  await refuseTarget(path, form === "folder");
  const beside = join(dirname(path), `.${basename(path)}.part`);
  await clear(beside, path);
  await mkdir(beside, { mode: folderMode });
  try {
    await writeFile(join(beside, markName), String(process.pid), { mode: fileMode });
    const result = await write(beside);
    await refuseTarget(path, form === "folder");
    await rm(join(beside, markName));
    if (form === "folder") await rename(beside, path);
    else {
      await rename(join(beside, form.file), path);
      await rm(beside, { recursive: true });
    }
    return result;
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}
