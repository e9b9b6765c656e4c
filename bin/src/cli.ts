/** The command line of `dragoman`. The command that is typed is loaded alone, and what it works with when it runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "@dragoman/service-kit/operator-error";
import { passOverSignals } from "@dragoman/service-kit/signals";
import { exitCode } from "./command/exit-code.ts";
import { runCommand } from "./command/run.ts";
import { loadCommand, table } from "./command/table.ts";
import { terminalText } from "./command/terminal-text.ts";
import { keepPrivate } from "./private.ts";

/** The command that the words begin with; all, where there is none such: for help, or a word about it. */
async function commandsFor(words: readonly string[]) {
  const [first = "", second = ""] = words;
  const found = (await loadCommand(`${first} ${second}`)) ?? (await loadCommand(first));
  return found === undefined ? table.loadAll() : [found];
}

function sayVersion(isJson: boolean): string {
  const path = join(import.meta.dirname, "..", "package.json");
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { readonly version: string };
  return isJson ? JSON.stringify({ version, node: process.versions.node }) : version;
}

/**
 * Runs the command that the arguments name.
 * @param argv as `process.argv`
 * @returns the exit code; what an operator can mend has been printed as one line
 * @public called by bin/dragoman.mjs
 */
export async function main(argv: readonly string[]): Promise<number> {
  keepPrivate();
  passOverSignals((line) => process.stderr.write(`dragoman: ${line}\n`));
  const words = argv.slice(2);
  const isJson = words.includes("--json");
  const sayError = (message: string, exitCode: number): void => {
    const text = isJson
      ? JSON.stringify({ error: message, exitCode })
      : `dragoman: ${terminalText(message)}`;
    process.stderr.write(`${text}\n`);
  };
  let isText = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read lines has what they wanted, such as `head`. Of a file the rest is missing.
    if (error.code === "EPIPE" && isText) process.exit(exitCode.done);
    sayError(`standard output takes no more: ${error.message}`, exitCode.refused);
    process.exit(exitCode.refused);
  });
  try {
    if (words[0] === "--version") {
      process.stdout.write(`${sayVersion(isJson)}\n`);
      return 0;
    }
    const commands = await commandsFor(words);
    isText = !commands.every(({ aside }) => aside === true);
    return await runCommand(argv, commands, table);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    sayError(error.message, error.exitCode);
    return error.exitCode;
  } finally {
    await written(process.stdout);
  }
}

/** Resolves when all that was written has been taken: of a pipe that is read slowly the end would be lost with the process. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write("", () => resolve());
  });
