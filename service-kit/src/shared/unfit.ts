/** What is wrong with settings that are to be shared: the same schema and the same checks as those of a start. */
import { checkConfig } from "../check-config.ts";
import { environmentName } from "../environment.ts";
import type { EdgeFacts } from "../lifecycle.ts";
import { configSchema, loadConfig } from "../load-config.ts";
import { OperatorError } from "../operator-error.ts";
import { sayUnknown } from "../say-setting.ts";
import type { Tree } from "../setting.ts";
import { knownShared, sayUnshared, sharedValues } from "./settings.ts";

/** All faults, in words; none: a process without settings of its own could start with them. */
export function sharedFaults(tree: Tree, edges: readonly EdgeFacts[]): readonly string[] {
  const sections = edges.map(({ section }) => section);
  const schema = configSchema(sections);
  const { unknown } = knownShared(tree, schema.keys);
  const faults = [...sharedValues(tree).keys()].flatMap((key) => {
    const local = sayUnshared(key);
    if (local !== undefined) return [local];
    return unknown.includes(key)
      ? [sayUnknown(`${key} in the shared settings`, key, schema.keys)]
      : [];
  });
  if (faults.length > 0) return faults;
  try {
    const { config } = loadConfig({}, {}, sections, tree);
    const byVariable = new Map(schema.keys.map((key) => [environmentName(key), key]));
    // Whoever shares settings has typed their keys, and no variable.
    const asTyped = (text: string): string =>
      text.replace(/\bDRAGOMAN_[A-Z0-9_]+/g, (variable) => byVariable.get(variable) ?? variable);
    return checkConfig(config, edges).flatMap(({ isWarning, text }) =>
      isWarning ? [] : [asTyped(text)],
    );
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [error.message];
  }
}
