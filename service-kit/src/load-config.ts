/**
 * Reads the configuration: defaults, then what all processes share, then a YAML file, then the environment. A key `a.bC` is the environment
 * variable `DRAGOMAN_A_B_C`. Lists are written with commas there. Unknown keys are refused.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Config, general, limits, rest } from "./config.ts";
import type { EdgeSection } from "./edge-section.ts";
import { environmentName } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { sayUnreadable } from "./readable-file.ts";
import { nameSetting, sayIssue, sayUnknown } from "./say-setting.ts";
import type { Tree } from "./setting.ts";
import { knownShared } from "./shared/settings.ts";

/** The whole schema, and every key of it, dotted, in the order of the schema. */
export interface ConfigSchema {
  readonly keys: readonly string[];
  readonly shape: z.ZodType<Config>;
  /** The schema of a key. */
  of(key: string): z.ZodType;
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
  const settings = new Map<string, z.ZodType>();
  for (const [key, value] of Object.entries<z.ZodType>(shape)) {
    if (value instanceof z.ZodPrefault) {
      const inner = (value as z.ZodPrefault<z.ZodObject>).unwrap().shape;
      for (const [name, of] of Object.entries(inner))
        settings.set(`${key}.${name}`, of as z.ZodType);
    } else settings.set(key, value);
  }
  const of = (key: string): z.ZodType => {
    const found = settings.get(key);
    if (found === undefined) throw new Error(`no setting ${key}`);
    return found;
  };
  return { keys: [...settings.keys()], shape: z.strictObject(shape), of };
}

type Origin = "default" | "shared" | "file" | "environment" | "option";
/** Where a value came from, by its key. */
export type Origins = ReadonlyMap<string, Origin>;

/** A section that a file has. */
function isSection(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function get(tree: Tree, key: string): unknown {
  const [head = "", rest] = key.split(".");
  const inner = tree[head];
  if (rest === undefined) return inner;
  return isSection(inner) ? inner[rest] : undefined;
}

function set(tree: Tree, key: string, value: unknown): void {
  const [head = "", rest] = key.split(".");
  if (rest === undefined) {
    tree[head] = value;
    return;
  }
  const inner = tree[head];
  if (isSection(inner)) inner[rest] = value;
  else tree[head] = { [rest]: value };
}

/** Settings that name a file or a folder. */
const pathKeys = ["dataDir", "tls.cert", "tls.key", "storage.natsDir"];

/** Sets outside the schema that `dragoman` itself reads. */
const otherNames = new Set(["DRAGOMAN_CONFIG", "DRAGOMAN_BACKUP_PASSPHRASE"]);

/** A number of the environment, or of a file that has it in quotes; what is none stays as it is, and is refused. */
function readNumber(schema: ConfigSchema, key: string, value: unknown): unknown {
  const of = schema.of(key);
  const isNumber = of instanceof z.ZodDefault && of.unwrap() instanceof z.ZodNumber;
  const isWritten =
    typeof value === "string" && /^-?[0-9]{1,16}(?:\.[0-9]{1,16})?$/.test(value.trim());
  return isNumber && isWritten ? Number(value) : value;
}

/**
 * Reads the configuration of a deployment whose edges have these sections. `options` are values given on the command line; they beat everything.
 * @param shared the settings that all processes share; what this version does not know of them is passed over
 * @throws OperatorError naming the key, the value, what it may be and where it came from
 */
export function loadConfig(
  environment: NodeJS.ProcessEnv = process.env,
  options: Readonly<Record<string, unknown>> = {},
  sections: readonly EdgeSection[] = [],
  shared: Tree = {},
): { readonly config: Config; readonly origins: Origins } {
  const schema = configSchema(sections);
  const origins = new Map<string, Origin>(schema.keys.map((key) => [key, "default"]));
  const file = environment["DRAGOMAN_CONFIG"] ?? "";
  const tree = file === "" ? {} : readFile(file);
  for (const key of schema.keys) if (get(tree, key) !== undefined) origins.set(key, "file");
  const faults = unknownIn(tree, schema, file);
  for (const [key, value] of knownShared(shared, schema.keys).values) {
    if (origins.get(key) === "file") continue;
    set(tree, key, structuredClone(value));
    origins.set(key, "shared");
  }

  for (const key of pathKeys) {
    const path = get(tree, key);
    // What a file names is beside it, wherever the process is started.
    if (typeof path === "string" && path !== "") set(tree, key, resolve(dirname(file), path));
  }

  const known = new Map(schema.keys.map((key) => [environmentName(key), key]));
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("DRAGOMAN_") || value === undefined) continue;
    const key = known.get(name);
    if (key !== undefined) {
      set(tree, key, value);
      origins.set(key, "environment");
    } else if (!otherNames.has(name) && !name.startsWith("DRAGOMAN_TEST_")) {
      faults.push(sayUnknown(name, name, [...known.keys()]));
    }
  }
  for (const [key, value] of Object.entries(options)) {
    set(tree, key, value);
    origins.set(key, "option");
  }
  for (const key of schema.keys) {
    const value = get(tree, key);
    if (value !== undefined) set(tree, key, readNumber(schema, key, value));
  }
  const parsed = schema.shape.safeParse(tree);
  if (parsed.success && faults.length === 0) return { config: parsed.data, origins };
  for (const issue of parsed.error?.issues ?? []) {
    // Those of files are found with their nearest known key, above.
    if (issue.code === "unrecognized_keys") continue;
    const [section = "", name = ""] = issue.path.map(String);
    const key = origins.has(section) ? section : `${section}.${name}`;
    faults.push(
      sayIssue({ key, origin: origins.get(key), file }, schema.of(key), get(tree, key), issue),
    );
  }
  throw new OperatorError([...new Set(faults)].join("; "), 2);
}

/** What a file has that no setting is called, in words; it is taken out, and so are sections without settings. */
function unknownIn(tree: Tree, schema: ConfigSchema, file: string): string[] {
  const faults: string[] = [];
  const refuse = (key: string, known: readonly string[]): void => {
    faults.push(sayUnknown(nameSetting({ key, origin: "file", file }), key, known));
  };
  const sections = new Set(
    schema.keys.flatMap((key) => (key.includes(".") ? [key.split(".")[0]] : [])),
  );
  for (const [key, value] of Object.entries(tree)) {
    const [section = "", ...inner] = key.split(".");
    if (value === undefined) delete tree[key];
    else if (inner.length > 0 && sections.has(section)) {
      const name = nameSetting({ key, origin: "file", file });
      faults.push(
        `${name}: a dot makes no section there; write \`${section}:\`, and below it \`  ${inner.join(".")}: ...\``,
      );
    } else if (sections.has(key)) {
      if (!isSection(value)) {
        faults.push(
          `${nameSetting({ key, origin: "file", file })}: ${JSON.stringify(value)} is not a section with settings of its own`,
        );
        delete tree[key];
        continue;
      }
      for (const inner of Object.keys(value)) {
        if (!schema.keys.includes(`${key}.${inner}`)) refuse(`${key}.${inner}`, schema.keys);
      }
    } else if (!schema.keys.includes(key)) {
      refuse(
        key,
        [...schema.keys, ...sections].filter((one) => one !== undefined),
      );
    }
  }
  return faults;
}

/** The file's settings, less those that it gives no value. */
function readFile(path: string): Tree {
  let raw: string;
  try {
    raw = readFileSync(path, "utf8");
  } catch (error) {
    throw new OperatorError(`DRAGOMAN_CONFIG: ${path} ${sayUnreadable(error)}`, 2, {
      cause: error,
    });
  }
  let value: unknown;
  try {
    // Keys are texts: `1:` is one that is not known.
    value = parse(raw, (_key, of: unknown) => of ?? undefined) ?? {};
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]?.replace(/:$/, "") : "";
    throw new OperatorError(`DRAGOMAN_CONFIG: ${path} is not YAML: ${why}`, 2, { cause: error });
  }
  if (isSection(value)) return value;
  throw new OperatorError(
    `DRAGOMAN_CONFIG: ${path} holds no settings, such as \`host: 127.0.0.1\``,
    2,
  );
}
