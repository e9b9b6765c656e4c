/** When the leader has snapshots made, by a process of its own (docs/journal.md 5.2). */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CommunityId } from "@dragoman/bus-schema";
import { type Config, type Logger, timerMsMax } from "@dragoman/service-kit";
import type { CoreMetrics } from "../metrics.ts";
import type { Job } from "./child.ts";
import { type SnapshotKind, snapshotKinds } from "./manifest.ts";
import type { Snapshots } from "./snapshots.ts";

/** Behind one that failed. */
const retryMs = 60_000;
/** And where somebody waits for what the stores hold to be gone: the history may not have come so far yet. */
const erasingRetryMs = 2_000;

export interface ScheduleOptions {
  readonly snapshots: Snapshots;
  readonly community: CommunityId;
  readonly config: Config;
  readonly historyPath: string;
  /** The last record that is stored. */
  readonly position: () => number;
  /** See `State.erasedThrough`. */
  readonly erasedThrough: () => number;
  /** The level of the journal. */
  readonly journalLevel: () => number;
  /** The journal has little room left: what it may be trimmed by is worth a snapshot. */
  readonly isTight: () => boolean;
  /** The disk of NATS has little left, and a snapshot would fill it. */
  readonly isDiskShort: () => boolean;
  readonly logger: Logger;
  readonly metrics: Pick<CoreMetrics, "snapshots">;
}

export class SnapshotSchedule {
  readonly #options: ScheduleOptions;
  /** The newest of each kind, and since when it is known, on this process's own clock. */
  readonly #newest = new Map<SnapshotKind, { readonly seq: number; readonly sinceMs: number }>();
  /** The first record that the journal holds. */
  #first = 0;
  #isRunning = false;
  #isStopped = true;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #notBeforeMs = 0;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    void this.#look();
  }

  /** A record was stored. */
  stored(seq: number): void {
    const isDue = snapshotKinds.some((kind) => {
      const newest = this.#newest.get(kind);
      const { records } = this.#rhythm(kind);
      return newest !== undefined && seq - newest.seq >= records;
    });
    if (isDue || this.#isErasing) this.#run();
  }

  /** The stores hold what was said by somebody who is forgotten. */
  get #isErasing(): boolean {
    return this.#first > 0 && this.#options.erasedThrough() > this.#first;
  }

  /** Ends what is under way: what it has not entered does not count. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  #rhythm(kind: SnapshotKind): { readonly records: number; readonly ms: number } {
    const { everyRecords, everyMs, historyRecords, historyMs } = this.#options.config.snapshots;
    if (this.#options.isTight()) return { records: 1, ms: everyMs };
    return kind === "state"
      ? { records: everyRecords, ms: everyMs }
      : { records: historyRecords, ms: historyMs };
  }

  /** Which kinds are to be made now. */
  #due(): readonly SnapshotKind[] {
    if (this.#isErasing) return snapshotKinds;
    const seq = this.#options.position();
    return snapshotKinds.filter((kind) => {
      const newest = this.#newest.get(kind);
      if (newest === undefined || seq <= newest.seq) return false;
      const { records, ms } = this.#rhythm(kind);
      return seq - newest.seq >= records || performance.now() - newest.sinceMs >= ms;
    });
  }

  /** Learns what there is, makes what is due, and looks again when the next may be. */
  async #look(): Promise<void> {
    if (!(await this.#learn())) this.#notBeforeMs = performance.now() + retryMs;
    this.#run();
  }

  async #learn(): Promise<boolean> {
    try {
      for (const kind of snapshotKinds) {
        const seq = (await this.#options.snapshots.entries(kind))[0]?.seq ?? 0;
        const known = this.#newest.get(kind);
        if (known?.seq !== seq) this.#newest.set(kind, { seq, sinceMs: performance.now() });
      }
      this.#first = (await this.#options.snapshots.ends()).first;
      return true;
    } catch (error) {
      this.#options.logger.warn({ err: error }, "snapshots not looked at");
      return false;
    }
  }

  #run(): void {
    if (this.#isRunning || this.#isStopped) return;
    if (this.#options.isDiskShort()) this.#notBeforeMs = performance.now() + retryMs;
    const waitMs = this.#notBeforeMs - performance.now();
    const kinds = waitMs > 0 ? [] : this.#due();
    clearTimeout(this.#timer);
    if (kinds.length > 0) {
      void this.#work(kinds);
      return;
    }
    const { everyMs, historyMs } = this.#options.config.snapshots;
    const soonMs = waitMs > 0 ? waitMs : timerMsMax;
    const nextMs = Math.min(everyMs, historyMs, timerMsMax, soonMs);
    this.#timer = setTimeout(() => void this.#look(), nextMs);
  }

  async #work(kinds: readonly SnapshotKind[]): Promise<void> {
    this.#isRunning = true;
    const before = kinds.map((kind) => this.#newest.get(kind)?.seq);
    const isErasing = this.#isErasing;
    const isMade = await this.#make(kinds);
    this.#options.metrics.snapshots.inc({ outcome: isMade ? "made" : "failed" });
    const isKnown = await this.#learn();
    // A history that does not move is no newer a moment later either.
    const hasMoved = kinds.every((kind, index) => this.#newest.get(kind)?.seq !== before[index]);
    const isOnce = this.#options.isTight();
    const isOver = isErasing ? isMade && isKnown : isMade && isKnown && hasMoved && !isOnce;
    const pauseMs = isErasing ? erasingRetryMs : retryMs;
    if (!isOver) this.#notBeforeMs = performance.now() + pauseMs;
    this.#isRunning = false;
    this.#run();
  }

  async #make(kinds: readonly SnapshotKind[]): Promise<boolean> {
    const { config, community, historyPath, logger, metrics } = this.#options;
    const job: Job = {
      nats: config.nats,
      community,
      logLevel: logger.level,
      logForm: config.logForm,
      kinds,
      historyPath,
      gapFillMs: config.journal.gapFillMs,
      keptMs: config.snapshots.keptMs,
      journalLevel: this.#options.journalLevel(),
      erasedThrough: this.#isErasing ? this.#options.erasedThrough() : 0,
    };
    // The compiled neighbour: the compiler rewrites import specifiers, not URLs.
    const child = fork(fileURLToPath(new URL("./child.js", import.meta.url)), { execArgv: [] });
    this.#child = child;
    try {
      // It says nothing else.
      child.on("message", () => metrics.snapshots.inc({ outcome: "damaged" }));
      child.send(job);
      const [code] = (await once(child, "exit")) as [number | null];
      return code === 0;
    } catch (error) {
      logger.error({ err: error }, "snapshot not begun");
      return false;
    } finally {
      this.#child = undefined;
    }
  }
}
