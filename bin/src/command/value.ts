/** Reads what is typed as a number, a time or a length of time. Whatever else it is is refused in one sentence. */
import { OperatorError } from "@dragoman/service-kit/operator-error";
import { exitCode } from "./exit-code.ts";

/** A whole number from `min` on. @throws OperatorError where it is none */
export function readWhole(
  what: string,
  text: string,
  max = Number.MAX_SAFE_INTEGER,
  min = 1,
): number {
  const number = Number(text);
  if (/^(0|[1-9][0-9]{0,15})$/.test(text) && number >= min && number <= max) return number;
  const range = `from ${min} up to ${max}`;
  throw new OperatorError(`${what}: ${text} is no whole number ${range}`, exitCode.usage);
}

/** @throws OperatorError where no option was given of a command that is for what is given */
export function refuseNothing(command: string, given: object): void {
  if (Object.keys(given).length > 0) return;
  throw new OperatorError(
    `${command}: say what is to be changed (\`dragoman ${command} --help\`)`,
    exitCode.usage,
  );
}

/** @throws OperatorError where something is named twice */
export function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new OperatorError(`${what}: ${JSON.stringify(twice)} is there twice`, exitCode.usage);
}

const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/** What is said of such an option. */
export const lengthHelp = "how long, such as 90s, 10m, 12h, 7d or 2w; without it for ever";

/** A length of time in seconds. @throws OperatorError where it is none */
export function readSeconds(what: string, text: string): number {
  const [, digits = "", unit = ""] = /^([0-9]{1,9})([smhdw])$/.exec(text) ?? [];
  const seconds = Number(digits) * (unitSeconds[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new OperatorError(
    `${what}: ${text} is no length of time, such as 90s, 10m, 12h or 7d`,
    exitCode.usage,
  );
}

/** A time as text; null: never. */
export const momentOf = (untilMs: number | null): string | null =>
  untilMs === null ? null : new Date(untilMs).toISOString();

/** A date or a moment in epoch ms. @throws OperatorError where it is none */
export async function readMoment(what: string, text: string): Promise<number> {
  const { readDate } = await import("@dragoman/service-kit");
  const ms = readDate(text);
  if (ms !== undefined) return ms;
  throw new OperatorError(
    `${what}: ${text} is no date, such as 2030-01-31 or 2030-01-31T18:00Z (UTC)`,
    exitCode.usage,
  );
}
