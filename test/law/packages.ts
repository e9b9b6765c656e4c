/**
 * The law of imports: what each package may import, and which of its parts are pure. `npm run law` writes
 * biome.law.json from this table, and the lint holds it; docs/ARCHITECTURE.md says why.
 *
 * A package always imports its own files. `node` stands for every module of Node. A pure part has no clock, no
 * input and output and no chance: those are its arguments.
 */
import { gateways } from "./gateways.ts";

/** What a pure part takes from a package: everything, these names alone, or everything but these names. */
export type Names =
  | "all"
  | { readonly only: readonly string[] }
  | { readonly not: readonly string[] };

export interface Law {
  /** What the lint says when it refuses. */
  readonly rule: string;
  /** Where the code stands. */
  readonly folder?: string;
  readonly imports: readonly string[];
  readonly pure?: {
    /** Globs below the folder; one with `!` takes out again. */
    readonly parts: readonly string[];
    readonly imports: Readonly<Record<string, Names>>;
    /** Parts that stand below others of the package. */
    readonly layers?: readonly Layer[];
  };
}

/** Files that know nothing of what stands above them. */
export interface Layer {
  readonly parts: readonly string[];
  /** What they never import, as an import names it. */
  readonly above: readonly string[];
}

const schema = "@dragoman/bus-schema";
const service = "@dragoman/service-kit";
const kit = "@dragoman/gateway-kit";
/** The client of NATS, and what stands on it. */
const nats = ["@nats-io/*"];
const services = ["core", ...gateways, "console"];

/** Files of a gateway that put its parts together; they stand above all others. */
const tops = ["edge.ts", "inbound.ts", "capability.ts", "start.ts", "main.ts", "index.ts"];
const gatewayLayers: readonly Layer[] = [
  { parts: ["command/**"], above: ["../event/**", "../edge.ts"] },
  { parts: ["event/**"], above: ["../command/**", "../edge.ts", "../inbound.ts"] },
  { parts: ["slash/**"], above: ["../command/**", "../event/**", "../edge.ts", "../inbound.ts"] },
  {
    parts: ["*.ts", ...tops.map((file) => `!${file}`)],
    above: ["./command/**", "./event/**", "./slash/**", "./edge.ts", "./inbound.ts"],
  },
];

const edge: Law = {
  rule: "a gateway imports bus-schema, service-kit and gateway-kit: never core, never the other gateway",
  imports: [schema, service, kit, "node", "fastify", "zod"],
  pure: {
    parts: ["**", "!http/**", "!start.ts", "!index.ts"],
    imports: {
      [schema]: "all",
      [service]: { only: ["Config", "derivedKey", "edgeSection", "keyTagOf", "setting"] },
      [kit]: { not: ["startGateway"] },
      zod: "all",
    },
    layers: gatewayLayers,
  },
};

export const packages: Readonly<Record<string, Law>> = {
  "bus-schema": {
    rule: "bus-schema is the contract: it imports zod alone, and no clock, no I/O",
    imports: ["zod"],
    pure: { parts: ["**"], imports: { zod: "all" } },
  },
  "service-kit": {
    rule: "service-kit imports bus-schema and its own libraries alone",
    imports: [
      schema,
      "node",
      ...nats,
      "pino",
      "@opentelemetry/api",
      "@opentelemetry/exporter-trace-otlp-http",
      "@opentelemetry/resources",
      "@opentelemetry/sdk-trace",
      "prom-client",
      "yaml",
      "zod",
      "fastify",
      "ipaddr.js",
    ],
  },
  "gateway-kit": {
    rule: "gateway-kit imports bus-schema and service-kit: neither protocol, nor core, nor nats",
    imports: [schema, service, "node", "file-type", "zod"],
  },
  "gateway-kit/transport": {
    rule: "the transports of gateway-kit are all of it that knows a wire",
    folder: "gateway-kit/src/transport",
    imports: [schema, service, "node", "ws", "fastify", "@fastify/websocket"],
  },
  ...Object.fromEntries(gateways.map((gateway) => [gateway, edge])),
  core: {
    rule: "core imports bus-schema and service-kit: never a gateway, never gateway-kit, never nats",
    imports: [
      schema,
      service,
      // Alone, so that the history's worker is quick and small.
      `${schema}/bounds`,
      `${schema}/reaction`,
      `${service}/operator-error`,
      "node",
      "@node-rs/argon2",
      "@node-rs/bcrypt",
      "@sindresorhus/transliterate",
      "jose",
      "libsql",
      "unhomoglyph",
      "web-push",
      "zod",
    ],
    pure: {
      parts: ["decider/**", "state/**"],
      imports: {
        [schema]: "all",
        [service]: { only: ["Config", "PackedMap"] },
        "@sindresorhus/transliterate": "all",
        unhomoglyph: "all",
        zod: "all",
      },
    },
  },
  console: {
    rule: "the console speaks HTTP and WebSocket alone: no gateway, no core",
    imports: [service, "node", "fastify", "@fastify/static", "zod"],
  },
  "console/public": {
    rule: "the pages load nothing from elsewhere",
    folder: "console/public",
    imports: [],
  },
  import: {
    rule: "import reads files and makes commands: it knows bus-schema alone, no service and no bus",
    imports: [schema, "node", "libsql"],
    pure: {
      parts: [
        "sockchat/{cells,character-set,dump-item,flat-files,forms,item,name-book,typed}.ts",
        "sockchat/sql-*.ts",
        "!sockchat/*.test.ts",
      ],
      imports: { [schema]: "all" },
    },
  },
  bin: {
    rule: "bin imports the public faces of the services",
    imports: [
      schema,
      service,
      // Alone, so that the command line is quick.
      `${service}/operator-error`,
      `${service}/signals`,
      ...[...services, "import"].map((name) => `@dragoman/${name}`),
      "node",
      "age-encryption",
      "commander",
      "libsql",
      "tar-stream",
      "zod",
    ],
  },
  testing: {
    rule: "testing imports the public faces of core, bin and the kits: it knows no protocol",
    imports: [
      ...nats,
      schema,
      service,
      kit,
      "@dragoman/core",
      "@dragoman/core/*",
      "@dragoman/bin",
      "node",
      "ws",
    ],
  },
};

/** What the tests of a package import besides; `@dragoman/testing` is theirs alone. */
export const forTests = [
  "@dragoman/testing/*",
  "@dragoman/testing/*/**",
  "node",
  "fast-check",
  "ws",
  ...nats,
];

/** Files that serve tests and stand in `src`: the law of tests is theirs. */
export const testFiles = ["**/*.test.ts", "testing/**"];
