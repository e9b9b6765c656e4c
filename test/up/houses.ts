/** Houses of `dragoman up` in tests: each is a process of its own in a folder of the tests, and ends with them. */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { freshSettings, type Outcome, type Program, run, up } from "./program.ts";

export type Settings = Readonly<Record<string, string>>;

/** What a command that moves a community prints with `--json`. */
export interface Summary {
  readonly counts: Readonly<
    Record<string, { read: number; brought: number; there: number; left: number }>
  >;
  readonly reasons: Readonly<Record<string, number>>;
  readonly renamed: readonly { kind: string; from: string; to: string }[];
}

/** How long a command may take: where a busy machine is no fault. */
export const patienceMs = 300_000;

export class Houses {
  readonly #running: Program[] = [];
  /** A folder of these tests alone. */
  readonly root: string;
  #count = 0;

  constructor(name: string) {
    this.root = mkdtempSync(join(tmpdir(), `dragoman-${name}-`));
  }

  /** Settings of a house that does not run yet. */
  async fresh(more: Settings = {}): Promise<Settings> {
    this.#count += 1;
    const own = await freshSettings(join(this.root, `data-${this.#count}`));
    return { ...own, DRAGOMAN_DEMO: "false", ...more };
  }

  async start(settings: Settings): Promise<Program> {
    const program = await up(settings);
    this.#running.push(program);
    return program;
  }

  /** A house that runs. */
  async house(more: Settings = {}): Promise<Settings> {
    const settings = await this.fresh(more);
    await this.start(settings);
    return settings;
  }

  /** A command that prints its summary as JSON, from its start on. */
  begin(settings: Settings, ...args: readonly string[]): Program {
    const program = run([...args, "--json"], settings);
    this.#running.push(program);
    return program;
  }

  /** Runs such a command to its end. */
  ended(settings: Settings, ...args: readonly string[]): Promise<Outcome> {
    const program = this.begin(settings, ...args);
    return within(patienceMs, args.join(" "), program.ended, program.stderr);
  }

  /** Runs such a command, which must do its work. */
  async told(settings: Settings, ...args: readonly string[]): Promise<Summary> {
    const { code, stdout, stderr } = await this.ended(settings, ...args);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Summary;
  }

  /** Ends all processes at once, as a power cut does. */
  async kill(): Promise<void> {
    for (const program of this.#running.splice(0)) {
      program.child.kill("SIGKILL");
      await program.ended;
    }
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Houses for the tests of the calling file: gone behind each test, or with `lasting` behind the last. */
export function housesForTests(name: string, lives: "a test" | "all tests" = "a test"): Houses {
  const houses = new Houses(name);
  if (lives === "a test") afterEach(() => houses.kill());
  after(() => houses.close());
  return houses;
}
