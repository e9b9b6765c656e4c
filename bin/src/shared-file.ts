/** Shared settings as a file: what `config get` prints and `config put` reads. */
import { readFileSync } from "node:fs";
import {
  OperatorError,
  parseShared,
  type SharedRevision,
  sayUnreadable,
  sharedYaml,
  type Tree,
} from "@dragoman/service-kit";
import { exitCode } from "./command/exit-code.ts";

const heading = /^# revision ([0-9]{1,15})\b/;
/** The file descriptor that `-` stands for. */
const standardInput = 0;

/** A revision as a file; null: none, a file to begin with. */
export function sharedText(found: SharedRevision | null): string {
  if (found === null) return "# revision 0: nothing is shared yet\n";
  const { revision, atMs, settings } = found;
  return `# revision ${revision} of ${new Date(atMs).toISOString()}\n${sharedYaml(settings)}`;
}

/**
 * @param path `-`: standard input
 * @returns the settings, and the revision that the file says that it follows
 * @throws OperatorError where it cannot be read
 */
export function readSharedFile(path: string): {
  readonly settings: Tree;
  readonly expected: number | undefined;
} {
  let text: string;
  try {
    text = readFileSync(path === "-" ? standardInput : path, "utf8");
  } catch (error) {
    throw new OperatorError(`${path} ${sayUnreadable(error)}`, exitCode.usage, { cause: error });
  }
  const revision = heading.exec(text)?.[1];
  return {
    settings: parseShared(text, path),
    expected: revision === undefined ? undefined : Number(revision),
  };
}

/** @throws OperatorError where there is no such revision */
export function requireRevision(
  what: string,
  found: SharedRevision | null,
  which: number,
): SharedRevision {
  if (found !== null) return found;
  const words = which < 1 ? "there is none before" : `there is no revision ${which}`;
  throw new OperatorError(
    `${what}: ${words}; \`dragoman config history\` has those that are kept`,
    exitCode.refused,
  );
}
