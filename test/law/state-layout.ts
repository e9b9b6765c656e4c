/**
 * What a state is made of, as one digest, and a sample of it: the text of `shape.ts` without its comments, and the
 * shapes of bus-schema that it names. Both are kept for every layout that there was (`core/samples`).
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as schema from "@dragoman/bus-schema";
import { encodeState, stateLayout } from "@dragoman/core/state";
import { play, type Step } from "@dragoman/testing/random/play";
import { z } from "zod";

const root = resolve(import.meta.dirname, "..", "..", "..");
const samples = join(root, "core", "samples");
const layoutsPath = join(samples, "layouts.json");

/** What a source declares as types, without comments and white space. */
function shapesOf(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replaceAll(/^import [^;]*;|^export const [^;]*;|^export function [\s\S]*?^\}/gm, "")
    .replaceAll(/\s+/g, " ");
}

/** The digest of what a state is made of now. */
export function fingerprint(): string {
  const source = readFileSync(join(root, "core", "src", "state", "shape.ts"), "utf8");
  const [, imported = ""] =
    /import type \{([^}]*)\} from "@dragoman\/bus-schema"/.exec(source) ?? [];
  const digest = createHash("sha256").update(shapesOf(source));
  for (const name of imported.split(",").map((text) => text.trim())) {
    const shape = (schema as Record<string, unknown>)[name];
    // The types without a shape of their own are strings.
    const written = shape instanceof z.ZodType ? z.toJSONSchema(shape, { io: "output" }) : "";
    digest.update(`${name} ${JSON.stringify(written)}\n`);
  }
  return digest.digest("hex");
}

/** The digests that the layouts had, by their numbers. */
export const recorded = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(layoutsPath, "utf8"));

/** Adds digest and sample of the present layout, if there are none. What is there is never written anew. */
export function record(): void {
  const known = existsSync(layoutsPath) ? recorded() : {};
  if (known[stateLayout] !== undefined) return;
  writeFileSync(
    layoutsPath,
    `${JSON.stringify({ ...known, [stateLayout]: fingerprint() }, null, 2)}\n`,
  );
  const lines = [...encodeState(play(steps(), (at, { command }) => at.give(command)).state)];
  writeFileSync(join(samples, `state-${stateLayout}.jsonl`), `${lines.join("\n")}\n`);
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
