/**
 * A made-up community of each kind moves into a house of its own, which runs: how quickly, in how much memory, and how long
 * the last catch-up takes.
 */
import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { padded } from "../import/folder.ts";
import { idOf, makeOriginchats, type Sizes } from "../import/made-originchats.ts";
import { makeSockchat } from "../import/made-sockchat.ts";
import { freshSettings, type Program, run, up } from "../up/program.ts";
import { cpuUs } from "./child.ts";
import type { Figure } from "./figure.ts";

const usual = { people: 10_000, messages: 1_000_000, attachmentsBytes: 500 * 1024 * 1024 };
/** Said on the old server while the bulk was brought. */
const laterMessages = 200;
const watchMs = 250;
const rateGoal = 20_000;
const memoryGoal = 512;

/** Memory that a process has had at most, in MiB, as the kernel counts it. */
class Watched {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  peakMiB = 0;
  /** CPU time of all its threads. */
  cpuUs = 0;

  constructor(pid: number | undefined) {
    this.#pid = pid ?? 0;
    this.#timer = setInterval(() => this.look(), watchMs);
  }

  look(): void {
    try {
      const status = readFileSync(`/proc/${this.#pid}/status`, "utf8");
      this.cpuUs = cpuUs(this.#pid);
      this.peakMiB = Number(/VmHWM:\s+([0-9]+)/.exec(status)?.[1] ?? 0) / 1024 || this.peakMiB;
    } catch {
      // It has ended: what was seen last is the most.
      this.stop();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

interface Summary {
  readonly counts: Readonly<Record<string, { brought: number; left: number }>>;
  readonly seconds: number;
}

interface Ran {
  readonly summary: Summary;
  readonly peakMiB: number;
  readonly cpuUs: number;
  readonly seconds: number;
}

async function imported(
  settings: Readonly<Record<string, string>>,
  ...options: string[]
): Promise<Ran> {
  const begun = performance.now();
  const program = run(["import", ...options, "--json"], settings);
  const watched = new Watched(program.child.pid);
  const { code, stdout, stderr } = await program.ended;
  watched.stop();
  if (code !== 0) throw new Error(`the import ended with ${code}: ${stderr.slice(-2_000)}`);
  return {
    summary: JSON.parse(stdout) as Summary,
    peakMiB: watched.peakMiB,
    cpuUs: watched.cpuUs,
    seconds: (performance.now() - begun) / 1000,
  };
}

async function ended(house: Program): Promise<void> {
  house.child.kill("SIGTERM");
  await house.ended;
}

/** One kind: made, brought into a house that runs, then once more after more was said. */
async function moved(
  kind: string,
  root: string,
  path: string,
  good: number,
  later: () => Promise<void>,
): Promise<readonly Figure[]> {
  const settings = {
    ...(await freshSettings(join(root, `house-${kind}`))),
    DRAGOMAN_DEMO: "false",
    DRAGOMAN_ATTACHMENTS_PER_PERSON: "-1",
  };
  const house = await up(settings);
  const watched = new Watched(house.child.pid);
  try {
    const rehearsed = await imported(settings, kind, path, "--dry-run");
    watched.look();
    const before = watched.cpuUs;
    const first = await imported(settings, kind, path);
    watched.look();
    const houseUs = watched.cpuUs - before;
    const brought = first.summary.counts["message"]?.brought ?? 0;
    if (brought !== good) throw new Error(`${kind}: ${brought} of ${good} messages were brought`);
    await later();
    const again = await imported(settings, kind, path);
    const row = (name: string, value: number, unit: string, goal?: number): Figure => ({
      name: `${kind}, ${name}`,
      value,
      unit,
      ...(goal === undefined ? {} : { goal }),
    });
    watched.look();
    return [
      row("dry run", rehearsed.seconds, "s"),
      row("all of it", first.seconds, "s"),
      row("rate", brought / first.summary.seconds, "messages/s"),
      row(
        `time of one message (${rateGoal} a second)`,
        (first.summary.seconds * 1e6) / brought,
        "µs",
        1e6 / rateGoal,
      ),
      row("CPU of the import, a message", first.cpuUs / brought, "µs"),
      row("CPU of the house, a message", houseUs / brought, "µs"),
      row("most memory of the import", first.peakMiB, "MiB", memoryGoal),
      row("most memory of the house", watched.peakMiB, "MiB"),
      row(
        `catch-up of ${again.summary.counts["message"]?.brought ?? 0} messages`,
        again.seconds,
        "s",
      ),
      row("most memory of the catch-up", again.peakMiB, "MiB", memoryGoal),
    ];
  } finally {
    watched.stop();
    await ended(house);
  }
}

/** @param scale 1 is 1,000,000 messages of 10,000 people, with 500 MiB of files; `sizes` say otherwise */
export async function imports(scale: number, sizes: Partial<Sizes>): Promise<readonly Figure[]> {
  const at = (name: keyof Sizes): number => sizes[name] ?? Math.ceil(usual[name] * scale);
  const wanted: Sizes = {
    people: at("people"),
    messages: at("messages"),
    attachmentsBytes: at("attachmentsBytes"),
  };
  const root = await mkdtemp(join(tmpdir(), "dragoman-bench-import-"));
  try {
    const folder = join(root, "originchats");
    const made = await makeOriginchats(folder, wanted);
    const more = Array.from({ length: laterMessages }, (_, n) =>
      padded({
        id: idOf(7, n),
        user: "rotur4",
        content: `later ${n}`,
        timestamp: 1_790_000_000 + n,
      }),
    );
    const first = await moved("originchats", root, folder, made.messages, () =>
      appendFile(join(folder, "db", "channels", "channel-0.json"), `\n${more.join("\n")}\n`),
    );
    await rm(folder, { recursive: true, force: true });
    const dump = join(root, "php.sql");
    const php = await makeSockchat(dump, wanted);
    const second = await moved("sockchat", root, dump, php.messages, async () => {
      await makeSockchat(dump, { ...wanted, messages: wanted.messages + laterMessages });
    });
    return [...first, ...second];
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
