/**
 * What snapshots are made of, as digests: of the state the text of `shape.ts` without its comments, and the shapes of
 * bus-schema that it names; of the history its tables. They are kept for every layout that there was, with a sample of
 * the state (`core/samples`).
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as schema from "@dragoman/bus-schema";
import { historyLevel, layout, layoutVersion } from "@dragoman/core/history-layout";
import { encodeState, stateLayout, stateLevel } from "@dragoman/core/state";
import { play, type Step } from "@dragoman/testing/random/play";
import { z } from "zod";

const root = resolve(import.meta.dirname, "..", "..", "..");
const samples = join(root, "core", "samples");
const layoutsPath = join(samples, "layouts.json");

/** What a source declares as types, without comments and white space. */
function shapesOf(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replaceAll(/^import [^;]*;|^(?:export )?const [^;]*;|^(?:export )?function [\s\S]*?^\}/gm, "")
    .replaceAll(/\s+/g, " ");
}

function stateDigest(): string {
  const folder = join(root, "core", "src", "state");
  const source = readFileSync(join(folder, "shape.ts"), "utf8");
  const [, imported = ""] =
    /import type \{([^}]*)\} from "@dragoman\/bus-schema"/.exec(source) ?? [];
  const digest = createHash("sha256").update(shapesOf(source));
  for (const [, file = ""] of source.matchAll(/^import type [^;]* from "(\.[^"]+)";/gm)) {
    digest.update(shapesOf(readFileSync(join(folder, file), "utf8")));
  }
  for (const name of imported.split(",").map((text) => text.trim())) {
    const shape = (schema as Record<string, unknown>)[name];
    // The types without a shape of their own are strings.
    const written = shape instanceof z.ZodType ? z.toJSONSchema(shape, { io: "output" }) : "";
    digest.update(`${name} ${JSON.stringify(written)}\n`);
  }
  return digest.digest("hex");
}

/** What the layouts are made of now. */
export const present = {
  state: { version: stateLayout, level: stateLevel, digest: stateDigest() },
  history: {
    version: layoutVersion,
    level: historyLevel,
    digest: createHash("sha256").update(layout.replaceAll(/\s+/g, " ")).digest("hex"),
  },
} as const;
type Kind = keyof typeof present;
type Digests = Readonly<Record<Kind, Readonly<Record<string, string>>>> & {
  /** The last layout of each that a release had, and the feature level of that release. */
  readonly released: Readonly<Record<Kind | "level", number>>;
};

/** The digests that the layouts had, by their numbers. */
export const recorded = (): Digests => JSON.parse(readFileSync(layoutsPath, "utf8"));

/** Writes down the present layouts. Those of a release are never written anew. */
export function record(): void {
  const { released, state, history } = recorded();
  const isNew = (kind: Kind): boolean => present[kind].version > released[kind];
  const next = {
    released,
    state: isNew("state") ? { ...state, [stateLayout]: present.state.digest } : state,
    history: isNew("history") ? { ...history, [layoutVersion]: present.history.digest } : history,
  };
  writeFileSync(layoutsPath, `${JSON.stringify(next, null, 2)}\n`);
  const sample = join(samples, `state-${stateLayout}.jsonl`);
  if (!isNew("state") && existsSync(sample)) return;
  const lines = [...encodeState(play(steps(), (at, { command }) => at.give(command)).state)];
  writeFileSync(sample, `${lines.join("\n")}\n`);
}

/** A run of commands of every kind, the same each time. */
function steps(): readonly Step[] {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  return Array.from({ length: 400 }, () => [next(95), next(2_000), next(9_999), next(9_999)]);
}
