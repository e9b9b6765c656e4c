/** The passphrase of a backup: the first line of a file, else of the environment; neither: the backup is not encrypted. */
import { readFileSync } from "node:fs";
import { OperatorError, sayUnreadable } from "@dragoman/service-kit";

const variable = "DRAGOMAN_BACKUP_PASSPHRASE";
const charactersMin = 8;

/** @throws OperatorError when the file cannot be read, or what is given is too short to be meant */
export function readPassphrase(file: string | undefined): string | undefined {
  const given = file === undefined ? process.env[variable] : firstLine(file);
  if (given === undefined) return undefined;
  if (given.length >= charactersMin) return given;
  const where = file ?? variable;
  throw new OperatorError(`${where}: a passphrase has ${charactersMin} characters at least`, 2);
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/, 1)[0] ?? "";
  } catch (error) {
    const why = `--passphrase-file: ${file} ${sayUnreadable(error)}`;
    throw new OperatorError(why, 2, { cause: error });
  }
}
