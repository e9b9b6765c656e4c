/** Sequences by chance, several crews side by side; what fails is made as short as it gets, and kept. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import type { Stack } from "../support/stack.ts";
import { type Act, type Draw, type Kind, weights } from "./house-act.ts";
import { Crew } from "./house-crew.ts";
import { type Burst, Run } from "./house-run.ts";
import type { State } from "./house-state.ts";

/** How long who goes may come back, where that is played: longer than any test. */
const graceMs = 3_600_000;

/** Nobody is counted, nothing waits: a person who goes is gone at once, and reactions are told of on OriginChats alone. */
export const houseConfig = {
  graceMs: 0,
  limits: {
    messagesPerMinute: 0,
    burstLimit: 0,
    readMarksPerMinute: 0,
    loginAttempts: 1_000_000,
    loginAttemptsPerAddress: 1_000_000,
    connectionsPerAddress: 10_000,
  },
  sockchat: { digestMs: 0 },
} as const;

/** The same, but that a person who goes may come back. */
export const graceConfig = { ...houseConfig, graceMs } as const;

const folder = new URL("../../model/kept/", import.meta.url).pathname;

const draw: fc.Arbitrary<Draw> = fc.tuple(
  fc.oneof(
    ...Object.entries(weights).map(([kind, weight]) => ({
      weight,
      arbitrary: fc.constant(kind as Kind),
    })),
  ),
  fc.nat(29),
  fc.nat(29),
  fc.nat(14),
);
/** Most happen alone; some at once with one or two others. */
const burst: fc.Arbitrary<Burst> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(draw) },
  { weight: 3, arbitrary: fc.tuple(draw, draw) },
  { weight: 1, arbitrary: fc.tuple(draw, draw, draw) },
);
const sequences = fc.array(burst, { minLength: 1, maxLength: 18, size: "max" });

export interface Played {
  readonly failures: readonly string[];
  readonly sequences: number;
  readonly acts: number;
  readonly heard: number;
  /** Times that a sequence had to be played anew, since the house stood still. */
  readonly void: number;
}

const triesMax = 5;
/** How long a sequence that failed is made shorter. */
const shrinkMs = 90_000;

/** What was done, all at once what stands in one list, and what was wrong with it. */
interface Failure {
  readonly acts: readonly (readonly Act[])[];
  readonly why: string;
  readonly hasGrace?: boolean;
}

/** A crew that plays one sequence after the other, each in a community as new. */
class Lane {
  readonly #crew: Crew;
  readonly #hasGrace: boolean;
  #last: State | undefined;
  acts = 0;
  heard = 0;
  sequences = 0;
  void = 0;

  private constructor(crew: Crew, hasGrace: boolean) {
    this.#crew = crew;
    this.#hasGrace = hasGrace;
  }

  static async open(stack: Stack, prefix: string, hasGrace: boolean): Promise<Lane> {
    return new Lane(await Crew.muster(stack, prefix), hasGrace);
  }

  /** @returns what was done and why that failed; undefined: it did not */
  async play(sequence: (run: Run) => Promise<State>): Promise<Failure | undefined> {
    for (let tries = 1; ; tries += 1) {
      const before = this.#crew.disturbances;
      const last = this.#last;
      this.#last = undefined;
      const run = new Run(this.#crew, this.#hasGrace);
      this.sequences += 1;
      try {
        await this.#crew.begin(last);
        this.#last = await sequence(run);
        return undefined;
      } catch (error) {
        // Played anew where the house stood still: then nobody can say what each must see.
        const isVoid = this.#crew.disturbances !== before && tries < triesMax;
        if (!isVoid) return { acts: run.played, why: String(error) };
        this.void += 1;
      } finally {
        this.acts += run.acts;
        this.heard += run.heard;
      }
    }
  }

  /** Leaves out what can be left out of what failed, as long as it fails still. */
  async shorten(failure: Failure): Promise<Failure> {
    const untilMs = performance.now() + shrinkMs;
    let best = failure;
    const tryWithout = async (acts: Failure["acts"]): Promise<boolean> => {
      const failed = await this.play((run) => run.again(acts));
      if (failed !== undefined) best = failed;
      return failed !== undefined;
    };
    for (const size of [8, 4, 2, 1, 1]) {
      for (let from = best.acts.length - size; from >= 0; from -= size) {
        if (performance.now() > untilMs) return best;
        const { acts } = best;
        await tryWithout([...acts.slice(0, from), ...acts.slice(from + size)]);
      }
    }
    for (let at = best.acts.length - 1; at >= 0; at -= 1) {
      for (let n = (best.acts[at]?.length ?? 0) - 1; n >= 0; n -= 1) {
        const less = best.acts.map((acts, place) => acts.filter((_, k) => place !== at || k !== n));
        if (performance.now() > untilMs) return best;
        if ((best.acts[at]?.length ?? 0) > 1) await tryWithout(less);
      }
    }
    return best;
  }

  close(): Promise<void> {
    return this.#crew.close();
  }
}

/** Writes what failed where it is played from now on. */
async function keep({ acts, why }: Failure, hasGrace: boolean): Promise<string> {
  const name = `${createHash("sha256").update(JSON.stringify(acts)).digest("hex").slice(0, 12)}.json`;
  await writeFile(
    join(folder, name),
    `${JSON.stringify({ why: why.split("\n"), ...(hasGrace ? { hasGrace } : {}), acts }, null, 1)}\n`,
  );
  return name;
}

/** @param hasGrace whether who goes may come back in this house */
export async function playKept(stack: Stack, hasGrace: boolean): Promise<Played> {
  const lane = await Lane.open(stack, "k0x", hasGrace);
  const failures: string[] = [];
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".json")).sort()) {
    const kept = JSON.parse(await readFile(join(folder, name), "utf8")) as Failure;
    if ((kept.hasGrace ?? false) !== hasGrace) continue;
    const { acts } = kept;
    const failed = await lane.play((run) => run.again(acts));
    if (failed !== undefined) failures.push(`${name}: ${failed.why}`);
  }
  await lane.close();
  return {
    failures,
    sequences: lane.sequences,
    acts: lane.acts,
    heard: lane.heard,
    void: lane.void,
  };
}

export interface PlayOptions {
  readonly sequences: number;
  readonly seed: number;
  /** Crews at once, each with its own people and its own part of the sequences. */
  readonly lanes: number;
  /** Whether who goes may come back in this house. */
  readonly hasGrace: boolean;
  readonly onSequence?: (played: number) => void;
}

export async function playRandom(stack: Stack, options: PlayOptions): Promise<Played> {
  const { lanes, seed, hasGrace, onSequence } = options;
  const numRuns = Math.ceil(options.sequences / lanes);
  const failures: string[] = [];
  let total = 0;
  const sums = { acts: 0, heard: 0, void: 0 };
  await Promise.all(
    Array.from({ length: lanes }, async (_, n) => {
      const lane = await Lane.open(stack, `m${n}x`, hasGrace);
      const drawn = fc.sample(sequences, { seed: seed + n, numRuns });
      for (const sequence of drawn) {
        // What one has found the others need not find as well.
        if (failures.length > 0) break;
        total += 1;
        onSequence?.(total);
        const failure = await lane.play((run) => run.run(sequence));
        if (failure === undefined) continue;
        failures.push(`seed ${seed + n}`);
        if (failure.acts.length === 0) {
          failures.push(`before anything was done: ${failure.why}`);
          continue;
        }
        const short = await lane.shorten(failure);
        const name = await keep(short, hasGrace);
        failures.push(`kept/${name}: ${JSON.stringify(short.acts)}\n${short.why}`);
      }
      sums.acts += lane.acts;
      sums.heard += lane.heard;
      sums.void += lane.void;
      await lane.close();
    }),
  );
  return { failures, sequences: total, ...sums };
}
