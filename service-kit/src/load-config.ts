/**
 * Reads the configuration: defaults, then a YAML file, then the environment. A key `a.bC` is the environment
 * variable `DRAGOMAN_A_B_C`. Lists are written with commas there. Unknown keys are refused.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { type Config, general, limits, rest } from "./config.ts";
import type { EdgeSection } from "./edge-section.ts";
import { OperatorError } from "./operator-error.ts";

/** The whole schema, and every key of it, dotted, in the order of the schema. */
export interface ConfigSchema {
  readonly keys: readonly string[];
  readonly shape: z.ZodType<Config>;
}

/** The schema of a deployment with these edges. */
export function configSchema(sections: readonly EdgeSection[] = []): ConfigSchema {
  // What edges bring is not in the type: `EdgeSection.of` reads it.
  const ofEdges: object = Object.fromEntries(
    sections.map(({ name, shape }) => [name, z.strictObject(shape).prefault({})]),
  );
  const limitsOfEdges: object = Object.assign({}, ...sections.map((section) => section.limits));
  const shape = {
    ...general,
    ...ofEdges,
    ...rest,
    limits: z.strictObject({ ...limits, ...limitsOfEdges }).prefault({}),
  };
  const keys = Object.entries(shape).flatMap(([key, value]) =>
    value instanceof z.ZodPrefault
      ? Object.keys((value as z.ZodPrefault<z.ZodObject>).unwrap().shape).map(
          (inner) => `${key}.${inner}`,
        )
      : [key],
  );
  return { keys, shape: z.strictObject(shape) };
}

/** Where a value came from, by its key. */
export type Origins = ReadonlyMap<string, "default" | "file" | "environment" | "option">;

/** The environment variable of a dotted key: `nats.url` is `DRAGOMAN_NATS_URL`. */
export function environmentName(key: string): string {
  return `DRAGOMAN_${key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(".", "_")
    .toUpperCase()}`;
}

function get(tree: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>(
      (at, part) =>
        typeof at === "object" && at !== null ? (at as Record<string, unknown>)[part] : undefined,
      tree,
    );
}

function set(tree: Record<string, unknown>, key: string, value: unknown): void {
  const [head = "", rest] = key.split(".");
  if (rest === undefined) {
    tree[head] = value;
    return;
  }
  const inner = tree[head];
  if (typeof inner === "object" && inner !== null) (inner as Record<string, unknown>)[rest] = value;
  else tree[head] = { [rest]: value };
}

/** Sets outside the schema that `dragoman` itself reads. */
const otherNames = new Set(["DRAGOMAN_CONFIG"]);

/**
 * Reads the configuration of a deployment whose edges have these sections. `options` are values given on the command line; they beat everything.
 * @throws OperatorError naming the key, the reason and where the value came from
 */
export function loadConfig(
  environment: NodeJS.ProcessEnv = process.env,
  options: Readonly<Record<string, unknown>> = {},
  sections: readonly EdgeSection[] = [],
): { readonly config: Config; readonly origins: Origins } {
  const schema = configSchema(sections);
  const tree: Record<string, unknown> = {};
  const origins = new Map<string, "default" | "file" | "environment" | "option">();
  for (const key of schema.keys) origins.set(key, "default");

  const file = environment["DRAGOMAN_CONFIG"];
  if (file !== undefined && file !== "") {
    for (const [key, value] of Object.entries(readFile(file))) {
      tree[key] = value;
    }
    for (const key of schema.keys) if (get(tree, key) !== undefined) origins.set(key, "file");
  }
  const known = new Map(schema.keys.map((key) => [environmentName(key), key]));
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("DRAGOMAN_") || value === undefined) continue;
    const key = known.get(name);
    if (key !== undefined) {
      set(tree, key, value);
      origins.set(key, "environment");
    } else if (!otherNames.has(name) && !name.startsWith("DRAGOMAN_TEST_")) {
      throw new OperatorError(`${name}: no such setting (see dragoman.example.yaml)`, 2);
    }
  }
  for (const [key, value] of Object.entries(options)) {
    set(tree, key, value);
    origins.set(key, "option");
  }
  const parsed = schema.shape.safeParse(tree);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const key = issue.path.join(".");
      const origin = origins.get(key);
      const where = origin === "environment" ? environmentName(key) : key || "configuration";
      return `${where}: ${issue.message}`;
    });
    throw new OperatorError(`broken configuration: ${lines.join("; ")}`, 2);
  }
  return { config: parsed.data, origins };
}

function readFile(path: string): Record<string, unknown> {
  let raw: string;
  try {
    raw = readFileSync(path, "utf8");
  } catch (error) {
    throw new OperatorError(`DRAGOMAN_CONFIG: cannot read ${path}`, 2, { cause: error });
  }
  try {
    const value: unknown = parse(raw) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw new Error("not a mapping");
    return value as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : "not YAML";
    throw new OperatorError(`DRAGOMAN_CONFIG: ${path}: ${why}`, 2, { cause: error });
  }
}
