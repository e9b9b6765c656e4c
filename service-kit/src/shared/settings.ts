/**
 * The settings that all processes of a community share: which may be, what is wrong with some, and what differs between two
 * revisions. They are written like a file, stand below a process's own file and environment, and above the defaults.
 */
import { parse, stringify } from "yaml";
import { OperatorError } from "../operator-error.ts";
import { secretKeys, showSetting } from "../say-setting.ts";
import type { Tree } from "../setting.ts";

/** Of one file, as JSON. */
export const sharedBytesMax = 32 * 1024;
/** Of the value of one setting, in words. */
const wordsMax = 80;

/** What is of one machine, or of one process, or only to be begun with. */
const localKeys: ReadonlySet<string> = new Set([
  "community",
  "host",
  "dataDir",
  "demo",
  "logForm",
  "health.host",
  "storage.natsDir",
]);
const localSections: ReadonlySet<string> = new Set(["nats", "tls"]);

/** Why a setting is never shared, in words; undefined: it may be. */
export function sayUnshared(key: string): string | undefined {
  if (secretKeys.has(key)) {
    return `${key} is a secret, which is never shared: it stays in the file or the environment of each process that needs it`;
  }
  const [section = "", name] = key.split(".");
  if (localKeys.has(key) || localSections.has(section) || name === "port") {
    return `${key} is of one process or one machine: it stays in the file or the environment of each`;
  }
  return undefined;
}

/**
 * The settings of a text in YAML. Of several faults in it the first is told.
 * @throws OperatorError where it is no YAML, no settings, or too long
 */
export function parseShared(text: string, name: string): Tree {
  let value: unknown;
  try {
    value = parse(text, (_key, of: unknown) => of ?? undefined, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]?.replace(/:$/, "") : "";
    throw new OperatorError(`${name} is not YAML: ${why}`, 2, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OperatorError(`${name} holds no settings, such as \`logLevel: info\``, 2);
  }
  if (JSON.stringify(value).length > sharedBytesMax) {
    throw new OperatorError(`${name} is longer than ${sharedBytesMax} characters`, 2);
  }
  return value as Tree;
}

/** The same in YAML; "" where there are none. */
export const sharedYaml = (tree: Tree): string =>
  Object.keys(tree).length === 0 ? "" : stringify(tree, { lineWidth: 0 });

/** Each setting that a tree holds, by its key, also those that nobody knows. */
export function sharedValues(tree: Tree): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [section, value] of Object.entries(tree)) {
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isSection) values.set(section, value);
    else for (const [name, inner] of Object.entries(value)) values.set(`${section}.${name}`, inner);
  }
  return values;
}

/** Those of a tree that there are, and may be shared; and the keys of those that nobody knows. @param keys of all settings */
export function knownShared(
  tree: Tree,
  keys: readonly string[],
): { readonly values: ReadonlyMap<string, unknown>; readonly unknown: readonly string[] } {
  const known = new Set(keys);
  const all = [...sharedValues(tree)];
  return {
    values: new Map(all.filter(([key]) => known.has(key) && sayUnshared(key) === undefined)),
    unknown: all.flatMap(([key]) => (known.has(key) ? [] : [key])),
  };
}

/** A value of one revision and of the next, in words. */
export interface SharedChange {
  readonly key: string;
  readonly text: string;
}

/** What differs between two revisions, in words. */
export function sharedChanges(before: Tree, now: Tree): readonly SharedChange[] {
  const [old, wanted] = [sharedValues(before), sharedValues(now)];
  const say = (key: string, of: ReadonlyMap<string, unknown>): string => {
    if (!of.has(key)) return "not shared";
    const shown = showSetting(key, of.get(key));
    const text = shown === "" ? '""' : shown;
    return text.length > wordsMax ? `${text.slice(0, wordsMax)}…` : text;
  };
  return [...new Set([...old.keys(), ...wanted.keys()])].sort().flatMap((key) => {
    if (JSON.stringify(old.get(key)) === JSON.stringify(wanted.get(key))) return [];
    return [{ key, text: `${key.slice(0, 64)}: ${say(key, old)} → ${say(key, wanted)}` }];
  });
}
