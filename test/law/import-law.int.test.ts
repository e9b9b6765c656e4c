/**
 * The import law (docs/ARCHITECTURE.md) is kept by lint. A check that cannot fail is a defect, so every kind of
 * forbidden import is planted here, beside one that is allowed, and the lint must tell them apart.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { gateways } from "./gateways.ts";
import { purePlaces } from "./pure-places.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");

const impureLines = [
  "export const now = () => new Date();",
  "export const nowMs = () => Date.now();",
  "export const tick = () => performance.now();",
  "export const later = () => setTimeout(() => undefined, 1);",
  "export const always = () => setInterval(() => undefined, 1);",
  "export const soon = () => queueMicrotask(() => undefined);",
  "export const until = () => AbortSignal.timeout(1);",
  "export const dice = () => Math.random();",
  'export const cheat = () => Math["random"]();',
  "export const id = () => crypto.randomUUID();",
  "export const pid = () => process.pid;",
  'export const say = () => console.error("x");',
  'export const ask = () => fetch("http://x");',
  "export const all = () => globalThis;",
  'export const lazily = () => import("node:fs");',
  'export { randomUUID } from "node:crypto";',
  'export { setTimeout as pause } from "node:timers/promises";',
  ...[
    "@nats-io/transport-node",
    "ws",
    "fastify",
    "pino",
    "@dragoman/core",
    "@dragoman/testing",
  ].map((name) => `export * from "${name}";`),
];

/** Where it stands, and the line that must be refused. */
type Planted = readonly [place: string, line: string];

const importing = (name: string): string => `export * from "${name}";`;

const forbidden: readonly Planted[] = [
  ...["node:fs", "@nats-io/transport-node", "@dragoman/service-kit"].map(
    (name): Planted => ["bus-schema/src/event/message.ts", importing(name)],
  ),
  ...["@dragoman/core", "@dragoman/gateway-kit"].map(
    (name): Planted => ["service-kit/src/bus.ts", importing(name)],
  ),
  ...["@dragoman/core", "@dragoman/gateway-sockchat", "@nats-io/transport-node"].map(
    (name): Planted => ["gateway-kit/src/fanout.ts", importing(name)],
  ),
  ...["ws", "fastify", "@fastify/websocket"].map(
    (name): Planted => ["gateway-kit/src/connection.ts", importing(name)],
  ),
  ...gateways.flatMap((gateway) =>
    ["@dragoman/core", "@dragoman/console", "@nats-io/transport-node", "ws"].map(
      (name): Planted => [`${gateway}/src/start.ts`, importing(name)],
    ),
  ),
  ["gateway-originchats/src/start.ts", importing("@dragoman/gateway-sockchat")],
  ["gateway-sockchat/src/start.ts", importing("@dragoman/gateway-originchats")],
  ...["core", "gateway-kit", "gateway-sockchat", "service-kit", "bin"].map(
    (name): Planted => [`${name}/src/file.ts`, importing("@dragoman/testing/state")],
  ),
  ["testing/src/state.ts", importing("@dragoman/gateway-sockchat")],
  ["gateway-sockchat/src/wire.test.ts", importing("@dragoman/gateway-originchats")],
  ...[
    "@dragoman/gateway-originchats",
    "@dragoman/gateway-kit",
    "@nats-io/transport-node",
    "fastify",
  ].map((name): Planted => ["core/src/leader/leader.ts", importing(name)]),
  ["core/src/decider/laws.test.ts", importing("@dragoman/gateway-kit")],
  ...["@dragoman/core", "@dragoman/gateway-kit"].map(
    (name): Planted => ["console/src/console.ts", importing(name)],
  ),
  ["console/public/playground.js", importing("@dragoman/bus-schema")],
  ...["@dragoman/gateway-kit", "@dragoman/test"].map(
    (name): Planted => ["bin/src/up.ts", importing(name)],
  ),
  ...purePlaces.flatMap((place) => impureLines.map((line): Planted => [place, line])),
  ...purePlaces.map((place): Planted => [place, 'export { Bus } from "@dragoman/service-kit";']),
  ["core/src/decider/message.ts", importing("@dragoman/gateway-kit")],
  ["gateway-originchats/src/slash/speak.ts", importing("../command/row.ts")],
  ["gateway-originchats/src/command/row.ts", importing("../event/index.ts")],
  ["gateway-originchats/src/event/row.ts", importing("../command/row.ts")],
  ["gateway-sockchat/src/slash/row.ts", importing("../inbound.ts")],
  ["gateway-sockchat/src/packet.ts", importing("./slash/index.ts")],
  ["gateway-sockchat/src/newcomer.ts", importing("./event/row.ts")],
  ["gateway-sockchat/src/bot.ts", 'export { startGateway } from "@dragoman/gateway-kit";'],
];

const allowed: readonly Planted[] = [
  ["bus-schema/src/event/message.ts", 'export { z } from "zod";'],
  ["service-kit/src/bus.ts", importing("@nats-io/transport-node")],
  ["gateway-kit/src/transport/websocket.ts", importing("ws")],
  ["gateway-sockchat/src/start.ts", importing("@dragoman/gateway-kit")],
  ["gateway-sockchat/src/bot.ts", 'export { silent } from "@dragoman/gateway-kit";'],
  ["gateway-originchats/src/command/slash.ts", importing("../slash/index.ts")],
  ["gateway-sockchat/src/inbound.ts", importing("./slash/index.ts")],
  ["gateway-sockchat/src/slash/row.ts", importing("../entry.ts")],
  ["gateway-sockchat/src/entry.ts", importing("./packet.ts")],
  ["gateway-sockchat/src/slash/slash.test.ts", importing("../edge.ts")],
  ["core/src/leader/leader.ts", importing("@dragoman/service-kit")],
  ["core/src/decider/message.ts", 'export type { Config } from "@dragoman/service-kit";'],
  ["core/src/decider/laws.test.ts", importing("fast-check")],
  ["core/src/decider/laws.test.ts", importing("@dragoman/testing/random/people")],
  ["gateway-sockchat/src/testing/edge.ts", importing("@dragoman/testing/state")],
  ["testing/src/state.ts", importing("@dragoman/core/state")],
  ["gateway-originchats/src/http/upload.ts", importing("node:crypto")],
  ["gateway-sockchat/src/start.ts", "export const pid = () => process.pid;"],
  ["bin/src/up.ts", importing("@dragoman/core")],
  ["test/fault/kill.test.ts", importing("@dragoman/gateway-sockchat")],
];

/** What the lint has to say of a line: `<place>: <line>`, as in the failure message. */
const name = ([place, line]: Planted): string => `${place}: ${line}`;

/** Lints the files that stand in the folder under a copy of the configuration; every finding as `<rule> <file>:<line>`. */
async function findings(folder: string): Promise<string[]> {
  for (const file of ["biome.json", "biome.law.json", "test/law/chance.grit"]) {
    await cp(join(root, file), join(folder, file));
  }
  const biome = join(root, "node_modules", ".bin", "biome");
  const output = await new Promise<string>((done) => {
    const options = ["lint", "--vcs-enabled=false", "--reporter=github", "--max-diagnostics=none"];
    const limits = { cwd: folder, maxBuffer: 2 ** 28 };
    execFile(biome, [...options, "."], limits, (_error, stdout) => done(stdout));
  });
  const pattern = /title=(?:lint\/\w+\/)?(\w+),file=([^,]+),line=(\d+)/g;
  return Array.from(output.matchAll(pattern), ([, rule = "", file = "", line = ""]) => {
    return `${rule} ${relative(folder, resolve(folder, file))}:${line}`;
  });
}

async function plant(folder: string, place: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(join(folder, place)), { recursive: true });
  await writeFile(join(folder, place), `${lines.join("\n")}\n`);
}

const refusals = ["noRestrictedImports", "noRestrictedGlobals", "plugin"];

/** Plants the lines, those of one place in one file, and names those that the lint refuses. */
async function refused(folder: string, planted: readonly Planted[]): Promise<ReadonlySet<string>> {
  const places = new Map<string, string[]>();
  for (const [place, line] of planted) places.set(place, [...(places.get(place) ?? []), line]);
  for (const [place, lines] of places) await plant(folder, place, lines);
  const found = new Set(await findings(folder));
  const hits = new Set<string>();
  for (const [place, lines] of places) {
    for (const [index, line] of lines.entries()) {
      const hit = refusals.some((rule) => found.has(`${rule} ${place}:${index + 1}`));
      if (hit) hits.add(name([place, line]));
    }
  }
  return hits;
}

describe("the import law", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "dragoman-law-")));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("refuses every forbidden import and passes every allowed one", async () => {
    const found = await refused(folder, [...forbidden, ...allowed]);
    assert.deepEqual(
      forbidden.map(name).filter((line) => !found.has(line)),
      [],
    );
    assert.deepEqual(
      allowed.map(name).filter((line) => found.has(line)),
      [],
    );
  });

  it("refuses a circle of imports, one of types too", async () => {
    await plant(folder, "bin/src/a.ts", ['import type { B } from "./b.ts";', "export type A = B;"]);
    await plant(folder, "bin/src/b.ts", ['import type { A } from "./c.ts";', "export type B = A;"]);
    await plant(folder, "bin/src/c.ts", ['export type { A } from "./a.ts";']);
    const circles = (await findings(folder)).filter((found) => found.startsWith("noImportCycles"));
    assert.deepEqual(circles.toSorted(), [
      "noImportCycles bin/src/a.ts:1",
      "noImportCycles bin/src/b.ts:1",
      "noImportCycles bin/src/c.ts:1",
    ]);
  });
});
