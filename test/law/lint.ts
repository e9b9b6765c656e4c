/** The law of packages.ts in the words of the lint: overrides of Biome, which replace one another and do not add up. */

import { forTests, type Law, type Layer, type Names, packages, testFiles } from "./packages.ts";

const pureRule =
  "Time, ids and chance are arguments here: no clock, no timer, no process, no output.";
const chance = "./test/law/chance.grit";

/** What is a clock, a timer, chance, the process or a way out of it. */
const deniedGlobals = [
  ...["Date", "performance", "Temporal"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
  ...["clearTimeout", "clearInterval", "clearImmediate", "AbortSignal"],
  ...["crypto", "process", "console", "navigator", "require", "eval", "Function"],
  ...["fetch", "WebSocket", "EventSource", "MessageChannel", "BroadcastChannel"],
  ...["globalThis", "global", "self"],
];

const own = ["./*", "./*/**", "../*", "../*/**"];

interface Pattern {
  readonly group: readonly string[];
  readonly message: string;
}

/** Refuses every import but these and the package's own files. */
function restricted(
  imports: readonly string[],
  message: string,
): { readonly patterns: readonly Pattern[] } {
  const names = imports.flatMap((name) => (name === "node" ? ["node:*", "node:*/**"] : [name]));
  return {
    patterns: [{ group: ["**", ...[...names, ...own].map((name) => `!${name}`)], message }],
  };
}

function path(name: string, names: Exclude<Names, "all">): Record<string, unknown> {
  if ("only" in names) {
    const message = `a pure part takes ${names.only.join(", ")} from ${name} and nothing else`;
    return { allowImportNames: names.only, message };
  }
  return { importNames: names.not, message: `a pure part never takes this from ${name}` };
}

interface Override {
  readonly includes: readonly string[];
  readonly plugins?: readonly string[];
  readonly linter: unknown;
}

/** One override of the configuration: for these files these style rules. */
function override(includes: readonly string[], style: Record<string, unknown>): Override {
  return { includes, linter: { rules: { style } } };
}

const below = (folder: string, globs: readonly string[]): string[] =>
  globs.map((glob) => (glob.startsWith("!") ? `!${folder}/${glob.slice(1)}` : `${folder}/${glob}`));

/** What holds for the files of one package: all of them, then its pure parts, then its tests. */
function overrides(name: string, law: Law): Override[] {
  const folder = law.folder ?? `${name}/src`;
  const on = (options: unknown) => ({ level: "error", options });
  const all = override(below(folder, ["**"]), {
    noRestrictedImports: on(restricted(law.imports, law.rule)),
  });
  const pure = law.pure === undefined ? [] : pureOverrides(folder, law.rule, law.pure);
  const tests = override(below(folder, testFiles), {
    noRestrictedImports: on(restricted([...law.imports, ...forTests], law.rule)),
    noRestrictedGlobals: "off",
  });
  return [all, ...pure, tests];
}

function pureOverrides(folder: string, rule: string, pure: NonNullable<Law["pure"]>): Override[] {
  const on = (options: unknown) => ({ level: "error", options });
  const noTests = below(
    folder,
    testFiles.map((glob) => `!${glob}`),
  );
  const paths = Object.entries(pure.imports).flatMap(([name, names]) =>
    names === "all" ? [] : [[name, path(name, names)] as const],
  );
  const { patterns } = restricted(
    Object.keys(pure.imports),
    `${rule}; its pure part knows no node: and no I/O`,
  );
  const imports = (more: readonly Pattern[]) => ({
    noRestrictedImports: on({
      paths: Object.fromEntries(paths),
      patterns: [...patterns, ...more],
    }),
  });
  const layers = (pure.layers ?? []).map(({ parts, above }: Layer) => {
    const message = `${parts[0]} stands below: what both need goes to a file that both may know`;
    return override([...below(folder, parts), ...noTests], imports([{ group: above, message }]));
  });
  const style = {
    ...imports([]),
    noRestrictedGlobals: on({
      deniedGlobals: Object.fromEntries(deniedGlobals.map((name) => [name, pureRule])),
    }),
  };
  const includes = [...below(folder, pure.parts), ...noTests];
  return [{ ...override(includes, style), plugins: [chance] }, ...layers];
}

/** The text of biome.law.json. */
export function lintText(): string {
  const all = Object.entries(packages).flatMap(([name, law]) => overrides(name, law));
  return `${JSON.stringify({ overrides: all }, null, 2)}\n`;
}
