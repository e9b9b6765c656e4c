/**
 * The import law (docs/ARCHITECTURE.md) is kept by lint. A check that cannot fail is a defect, so every kind of
 * forbidden import is planted here, beside one that is allowed, and the lint must tell them apart.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { after, before, describe, it } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");

const gateways = ["gateway-originchats", "gateway-sockchat"];
const edges = [
  "command/message.ts",
  "event/message.ts",
  "packet/server.ts",
  "slash/kick.ts",
  "view.ts",
  "text.ts",
  "wire.ts",
  "rejection.ts",
  "bot.ts",
  "presence.ts",
];
const purePlaces = [
  "core/src/decider/message.ts",
  "core/src/state/state.ts",
  "core/src/state/budget.ts",
  ...gateways.flatMap((gateway) => edges.map((file) => `${gateway}/src/${file}`)),
];
const clocks = [
  "export const now = () => new Date();",
  "export const later = () => setTimeout(() => undefined, 1);",
  "export const pid = () => process.pid;",
  'export const say = () => console.error("x");',
];

/** Where it stands, and the line that must be refused. */
type Planted = readonly [place: string, line: string];

const importing = (name: string): string => `export * from "${name}";`;

const forbidden: readonly Planted[] = [
  ...["node:fs", "nats", "@dragoman/service-kit"].map(
    (name): Planted => ["bus-schema/src/event/message.ts", importing(name)],
  ),
  ...clocks.map((line): Planted => ["bus-schema/src/codec.ts", line]),
  ...["@dragoman/core", "@dragoman/gateway-kit"].map(
    (name): Planted => ["service-kit/src/bus.ts", importing(name)],
  ),
  ...["@dragoman/core", "@dragoman/gateway-sockchat", "nats"].map(
    (name): Planted => ["gateway-kit/src/fanout.ts", importing(name)],
  ),
  ...gateways.flatMap((gateway) =>
    ["@dragoman/core", "@dragoman/console", "nats", "ws"].map(
      (name): Planted => [`${gateway}/src/main.ts`, importing(name)],
    ),
  ),
  ["gateway-originchats/src/main.ts", importing("@dragoman/gateway-sockchat")],
  ["gateway-sockchat/src/main.ts", importing("@dragoman/gateway-originchats")],
  ["gateway-sockchat/src/wire.test.ts", importing("@dragoman/gateway-originchats")],
  ...["@dragoman/gateway-originchats", "@dragoman/gateway-kit", "nats", "fastify"].map(
    (name): Planted => ["core/src/leader/leader.ts", importing(name)],
  ),
  ["core/src/decider/laws.test.ts", importing("@dragoman/gateway-kit")],
  ...["@dragoman/core", "@dragoman/gateway-kit"].map(
    (name): Planted => ["console/src/console.ts", importing(name)],
  ),
  ["console/public/playground.js", importing("@dragoman/bus-schema")],
  ...["@dragoman/gateway-kit", "@dragoman/test"].map(
    (name): Planted => ["bin/src/up.ts", importing(name)],
  ),
  ...purePlaces.flatMap((place): Planted[] => [
    ...["node:crypto", "nats", "ws", "@dragoman/core", "@dragoman/gateway-sockchat"].map(
      (name): Planted => [place, importing(name)],
    ),
    [place, 'export { Bus } from "@dragoman/service-kit";'],
    ...clocks.map((line): Planted => [place, line]),
  ]),
  ["core/src/decider/message.ts", importing("@dragoman/gateway-kit")],
  ["gateway-sockchat/src/bot.ts", 'export { startGateway } from "@dragoman/gateway-kit";'],
];

const allowed: readonly Planted[] = [
  ["bus-schema/src/event/message.ts", 'export { z } from "zod";'],
  ["service-kit/src/bus.ts", importing("nats")],
  ["gateway-kit/src/fanout.ts", importing("ws")],
  ["gateway-sockchat/src/main.ts", importing("@dragoman/gateway-kit")],
  ["gateway-sockchat/src/bot.ts", 'export { silent } from "@dragoman/gateway-kit";'],
  ["core/src/leader/leader.ts", importing("@dragoman/service-kit")],
  ["core/src/decider/message.ts", 'export type { Config } from "@dragoman/service-kit";'],
  ["core/src/decider/laws.test.ts", importing("fast-check")],
  ["bin/src/up.ts", importing("@dragoman/core")],
  ["test/fault/kill.test.ts", importing("@dragoman/gateway-sockchat")],
];

/** What the lint has to say of a line: `<place>: <line>`, as in the failure message. */
const name = ([place, line]: Planted): string => `${place}: ${line}`;

/** Lints the lines, those of one place in one file, under a copy of the configuration; names those refused. */
async function refused(folder: string, planted: readonly Planted[]): Promise<ReadonlySet<string>> {
  await cp(join(root, "biome.json"), join(folder, "biome.json"));
  const places = new Map<string, Planted[]>();
  for (const line of planted) places.set(line[0], [...(places.get(line[0]) ?? []), line]);
  for (const [place, lines] of places) {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeFile(join(folder, place), `${lines.map(([, line]) => line).join("\n")}\n`);
  }
  const biome = join(root, "node_modules", ".bin", "biome");
  const output = await new Promise<string>((done) => {
    const options = ["lint", "--vcs-enabled=false", "--reporter=github", "--max-diagnostics=none"];
    execFile(biome, [...options, "."], { cwd: folder }, (_error, stdout) => done(stdout));
  });
  const found = new Set<string>();
  const pattern = /title=lint\/style\/noRestricted\w+,file=([^,]+),line=(\d+)/g;
  for (const [, file = "", line = ""] of output.matchAll(pattern)) {
    const hit = places.get(relative(folder, resolve(folder, file)))?.[Number(line) - 1];
    if (hit !== undefined) found.add(name(hit));
  }
  return found;
}

describe("the import law", () => {
  let folder = "";
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "dragoman-law-")));
  });
  after(() => rm(folder, { recursive: true, force: true }));

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
});
