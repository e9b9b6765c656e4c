/** A line of the log as a person at a terminal reads it. */

const levels = new Map([
  [10, "trace"],
  [20, "debug"],
  [30, "info"],
  [40, "warn"],
  [50, "error"],
  [60, "fatal"],
]);
/** From here on a stack is shown: somebody has to look for a fault of ours. */
const errorLevel = 50;
/** What stands elsewhere in the line, or tells a person nothing. */
const left: ReadonlySet<string> = new Set(["level", "time", "service", "gateway", "msg", "err"]);

interface LoggedError {
  readonly message?: string;
  readonly stack?: string;
}

/** What is not said of a character that would move the cursor or colour the rest. */
const plain = (text: string): string => text.replaceAll(/[^\P{Cc}\n]/gu, "\u{fffd}");

/**
 * `12:34:56 warn  core: bus is lost (why: cut)`, for one JSON line of the log.
 * @param json as pino writes it
 */
export function consoleLine(json: string): string {
  const record = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const { level = 0, time = 0, service, msg = "" } = record;
  const error = record["err"] as LoggedError | undefined;
  const details = Object.entries(record).flatMap(([key, value]) => {
    if (left.has(key)) return [];
    return [`${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`];
  });
  if (error?.message !== undefined) details.push(error.message);
  const at = new Date(Number(time)).toTimeString().slice(0, 8);
  const name = (levels.get(Number(level)) ?? String(level)).padEnd(5);
  const rest = details.length === 0 ? "" : ` (${details.join(", ")})`;
  const stack = Number(level) >= errorLevel ? (error?.stack ?? "") : "";
  const lines = stack.split("\n").slice(1);
  return plain([`${at} ${name} ${service}: ${msg}${rest}`, ...lines].join("\n"));
}
