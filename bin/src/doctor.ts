/** `dragoman doctor`: every setting with its value and where it came from, secrets masked. */
import { environmentName } from "@dragoman/service-kit";
import { readConfig, schema } from "./edges.ts";

const secretKeys: ReadonlySet<string> = new Set(["nats.password", "site.secret"]);

function settingOf(tree: unknown, key: string): unknown {
  const [head = "", rest] = key.split(".");
  const inner = (tree as Record<string, unknown>)[head];
  return rest === undefined ? inner : settingOf(inner, rest);
}

/** A value on one line. */
function show(key: string, value: unknown): string {
  if (secretKeys.has(key) && value !== "") return "********";
  if (Array.isArray(value)) return value.join(",");
  // A URL may carry a password too.
  return String(value).replace(/(:\/\/[^/@:]*:)[^/@]+@/g, "$1********@");
}

/**
 * Prints one line a setting: its variable, its value, its origin.
 * @throws OperatorError when the configuration is broken
 */
export async function doctor(): Promise<number> {
  const { config, origins } = readConfig();
  const rows = schema.keys.map((key) => [
    environmentName(key),
    show(key, settingOf(config, key)),
    origins.get(key) ?? "default",
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
  return 0;
}
