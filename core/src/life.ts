/**
 * The lives of a core: it replays the journal, waits for the lease, leads, and whatever goes wrong with its copy
 * it drops the copy and begins anew.
 */
import { randomUUID } from "node:crypto";
import {
  type CommandId,
  type CommunityId,
  commandId,
  featureLevel,
  type ProcessFacts,
  type Protocol,
} from "@dragoman/bus-schema";
import {
  type Bus,
  type Config,
  type FeedRecord,
  hangUp,
  type Logger,
  noSkips,
  pause,
  processFacts,
  sayMisfit,
  softwareVersion,
  whileUnled,
} from "@dragoman/service-kit";
import { HistoryFollower } from "./history/follow.ts";
import type { History } from "./history/history.ts";
import type { Local } from "./identity/local.ts";
import type { Secrets } from "./identity/secrets.ts";
import type { SiteDuty } from "./identity/site-duty.ts";
import type { Tiers } from "./identity/tier.ts";
import { JournalClock } from "./journal/clock.ts";
import { JournalGoneError } from "./journal/ends.ts";
import { type Lease, takeLease } from "./journal/lease.ts";
import { hasRoom } from "./journal/probe.ts";
import { Replica } from "./journal/replica.ts";
import type { ReplicaView } from "./journal/replica-view.ts";
import { startTerm, type TermStart } from "./journal/term.ts";
import { serveHalted } from "./leader/halted.ts";
import { Leader, type LeaderOptions } from "./leader/leader.ts";
import type { Room } from "./leader/room.ts";
import type { CoreMetrics } from "./metrics.ts";
import { beginHistory } from "./snapshot/begin-history.ts";
import type { Snapshots } from "./snapshot/snapshots.ts";
import { atTheStart, type Beginning, readStateWith } from "./snapshot/state-file.ts";
import type { State } from "./state/shape.ts";
import type { CoreTrace } from "./trace.ts";

/** Between two lives; doubled while they end by the same fault, up to the most. */
const restartPauseMs = 100;
const restartPauseMsMax = 2_000;
/** A fault behind a life of so long is told anew. */
const soundMs = 10_000;
/** Between two tries to store the start of a term in a full store. */
const roomPauseMs = 1_000;

export interface LifeOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly edges: LeaderOptions["edges"];
  /** See `Inputs`. */
  readonly reservedNames: ReadonlySet<string>;
  readonly protocols: readonly Protocol[];
  readonly secrets: Secrets;
  readonly history: History;
  readonly snapshots: Snapshots;
  readonly siteDuty: SiteDuty;
  readonly tiers: Tiers;
  readonly local: Local;
  readonly logger: Logger;
  readonly metrics: CoreMetrics;
  readonly room: Room;
  readonly trace: CoreTrace;
  /** This core is of no more use: a new life would end as this one. */
  readonly failed: (why: string) => void;
}

export class Life {
  readonly #options: LifeOptions;
  /** New at each start; what others call it. */
  readonly coreId = randomUUID();
  #commands = 0;
  readonly #stopping = new AbortController();
  /** Ends the present life. */
  #breakOff = new AbortController();
  #replica: Replica;
  #follower: HistoryFollower | undefined;
  #lease: Lease | undefined;
  #leader: Leader | undefined;
  #loop: Promise<void> = Promise.resolve();
  /** The projection holds what the journal does not: it is built anew. */
  #rebuild = false;
  #isOver = false;
  /** What the last life ended by, and how long it was paused behind it. */
  #fault: { readonly why: string; readonly pauseMs: number; readonly say: string } | undefined;
  /** The present life has not got over it. */
  #isFaulty = false;
  #bornMs = 0;
  #heldMs = performance.now();
  /** Of the last record that was applied. */
  #term = 0;
  /** Its settings were those of the leader once. */
  #isFitting = false;
  /** What the journal says is passed over; as long as the journal does not go back. */
  readonly #skips = noSkips();

  constructor(options: LifeOptions) {
    this.#options = options;
    this.clock = new JournalClock(options.logger);
    this.#replica = this.#newReplica(atTheStart());
  }

  /** The journal's time, over all lives. */
  readonly clock: JournalClock;

  /** The replica of the moment, under one name for whoever serves from it. */
  readonly view: ReplicaView = viewOf(() => this.#replica);

  /** Whether this core leads. */
  get leads(): boolean {
    return this.#leader !== undefined;
  }

  /** Commands that wait for this core's decision; 0 where it does not lead. */
  get waiting(): number {
    return this.#leader?.waiting ?? 0;
  }

  /** How long it has not been seen that anybody holds the lease. */
  get unledMs(): number {
    return performance.now() - this.#heldMs;
  }

  /** Why no life lasts, in words for an operator; undefined while one does. */
  get fault(): string | undefined {
    return this.#isFaulty ? this.#fault?.say : undefined;
  }

  /** The configuration was read again: the leader says what the community is called now, and goes on with the site or ends that. */
  configured(): void {
    this.#leader?.describe();
    this.#options.siteDuty.configured();
  }

  begin(): void {
    this.#loop = this.#live();
  }

  /** Gives up the lead and the lease, and ends the loop. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#leader?.stop();
    await this.#lease?.release();
    this.#breakOff.abort();
    await this.#loop;
    this.#drop();
  }

  /** The journal went back behind what was applied: the next life replays it and builds the projection anew. */
  rewound(why: string): void {
    this.#skips.clear();
    this.#buildAnew(why);
  }

  #buildAnew(why: string): void {
    this.#options.logger.error({ why }, "projection is built anew");
    this.#rebuild = true;
    this.#breakOff.abort();
  }

  /** Ends the present life, and begins no other. */
  fail(why: string, error?: Error): void {
    this.#options.logger.fatal({ err: error }, why);
    this.#isOver = true;
    this.#options.failed(why);
    this.#breakOff.abort();
  }

  #newReplica(beginning: Beginning): Replica {
    const { bus, community, config, siteDuty, room, logger } = this.#options;
    return new Replica({
      bus,
      community,
      config,
      logger,
      beginning,
      clock: this.clock,
      consumers: [
        (record) => this.#follower?.heard(record),
        () => void this.#isOutgrown(),
        ({ seq }) => room.heard(seq),
        (record) => this.#heed(record),
        ({ batch }) => this.#hearTerm(batch.term),
        siteDuty.heard.bind(siteDuty),
      ],
      broken: (why) => {
        if (why === "rewound") this.#buildAnew("the feed says so");
        else this.#breakOff.abort();
      },
      looked: (ends) => room.learn(ends),
    });
  }

  /** Counts leaders from where this core has caught up. */
  #hearTerm(term: number): void {
    if (term === this.#term) return;
    this.#term = term;
    if (!this.#replica.current) return;
    this.#options.metrics.leaderChanges.inc();
    const isOwn = this.#lease !== undefined;
    if (!isOwn) this.#options.logger.info({ event: "leader", term }, "another core leads");
  }

  #drop(): void {
    this.#follower?.stop();
    this.#replica.stop();
  }

  #nextCommandId(): CommandId {
    this.#commands += 1;
    return commandId(this.coreId, this.#commands);
  }

  async #live(): Promise<void> {
    let isWhole = false;
    while (!this.#stopping.signal.aborted && !this.#isOver) {
      this.#bornMs = performance.now();
      try {
        await this.#liveOnce(isWhole);
        isWhole = this.#replica.isWhole && !this.#rebuild;
        this.#fault = undefined;
      } catch (error) {
        isWhole = false;
        this.#endBy(error);
      }
      this.clock.follow();
      await this.#lease?.release();
      this.#lease = undefined;
      this.#leader = undefined;
      if (this.#stopping.signal.aborted) break;
      if (isWhole) this.#replica.follow();
      else this.#drop();
      await pause(this.#fault?.pauseMs ?? restartPauseMs, this.#stopping.signal);
      this.#breakOff = new AbortController();
    }
  }

  /** Notes what a life ended by. It is told once, however many lives end so. */
  #endBy(error: unknown): void {
    const why = String(error);
    const isGone = error instanceof JournalGoneError;
    const before = this.#fault;
    const isSame = before?.why === why && performance.now() - this.#bornMs < soundMs;
    const pauseMs = isSame ? Math.min(restartPauseMsMax, before.pauseMs * 2) : restartPauseMs;
    const say = isGone ? "the journal is gone from NATS' store" : "begins anew";
    this.#fault = { why, pauseMs, say };
    this.#isFaulty = true;
    if (isSame || this.#stopping.signal.aborted) return;
    if (isGone) this.#options.logger.error({ event: "journal_gone" }, error.message);
    else this.#options.logger.error({ err: error }, "core begins anew");
  }

  /** @param isWhole the replica of the life before is as good as it was */
  async #liveOnce(isWhole: boolean): Promise<void> {
    const { siteDuty, logger } = this.#options;
    const { signal: stopping } = this.#stopping;
    if (!isWhole && !(await whileUnled(() => this.#begin(), stopping))) return;
    await this.#replica.start();
    this.#isFaulty = false;
    if (this.#isOutgrown()) return;
    logger.info({ position: this.#replica.position.seq }, "caught up");
    const signal = this.#breakOff.signal;
    const lease = await this.#takeLease(AbortSignal.any([signal, this.#stopping.signal]));
    if (lease === null) return;
    this.#lease = lease;
    const term = await this.#beginTerm(lease, signal);
    if (term === "rewound") this.rewound("the append of a term was refused");
    if (typeof term === "string" || signal.aborted) return;
    const leader = this.#newLeader(lease, term);
    this.#leader = leader;
    signal.addEventListener("abort", () => void leader.stop());
    siteDuty.lead();
    const why = await leader.run();
    siteDuty.rest();
    if (why === "rewound") this.rewound("the leader's append was refused");
  }

  /** What an operator asks of processes that run; of what was asked before this one had caught up nothing is left. */
  #heed({ batch }: FeedRecord): void {
    if (!this.#replica.current) return;
    for (const { cause, events } of batch.commits) {
      for (const event of events) {
        if (event.type !== "server.signalled" || event.signal !== "reload") continue;
        hangUp(cause.commandId, event.revision);
      }
    }
  }

  /** Journal 1.7: the journal may hold what this version does not know. @returns whether that is so, and the end */
  #isOutgrown(): boolean {
    const { level, levelledBy } = this.#replica.state;
    if (level <= featureLevel) return false;
    this.fail(
      `the journal is of version ${levelledBy} (level ${level}), and this core of ${softwareVersion} (level ${featureLevel}): ` +
        `start version ${levelledBy} or a newer one`,
    );
    return true;
  }

  /** Begins with the newest snapshots that are of this journal (docs/journal.md 5.2). @returns whether it could */
  async #begin(): Promise<boolean> {
    const { bus, community, config, history, snapshots, siteDuty, logger } = this.#options;
    const ends = await snapshots.ends();
    const found = await snapshots.newest("state", (bytes) => readStateWith(bytes, this.#skips));
    if (found === null && ends.first > 1) {
      this.fail(
        `the journal begins at record ${ends.first}, and no snapshot of what was before is good`,
      );
      return false;
    }
    const beginning = found ?? atTheStart();
    const what = found === null ? "the first record" : "a snapshot";
    logger.info({ position: beginning.position.seq, last: ends.last }, `core begins with ${what}`);
    for (const [seq, skip] of beginning.skips) this.#skips.set(seq, skip);
    if (this.#rebuild) siteDuty.forget();
    siteDuty.begin(beginning.position.seq);
    await beginHistory({ history, snapshots, ends, beginning, anew: this.#rebuild, logger });
    this.#rebuild = false;
    const { gapFillMs } = config.journal;
    this.#follower = new HistoryFollower(
      { bus, community, history, gapFillMs, logger },
      this.#skips,
    );
    this.#replica = this.#newReplica({ ...beginning, skips: this.#skips });
    this.#follower.begin(beginning.position.seq);
    return true;
  }

  #takeLease(signal: AbortSignal): Promise<Lease | null> {
    const { bus, community, config, logger } = this.#options;
    const { replicas } = config.nats;
    const options = { bus, community, coreId: this.coreId, timing: config.journal, logger };
    const process = processFacts(config);
    const leads = (leader: ProcessFacts): void => {
      // A core that has led or followed before is not the one that came with other settings.
      const misfit = sayMisfit(process, leader, "the leader");
      if (misfit === undefined) this.#isFitting = true;
      else if (!this.#isFitting) this.fail(misfit);
    };
    const onHeld = (): void => {
      const { takeoverMs } = config.journal;
      if (this.unledMs > takeoverMs) this.#options.metrics.unledTotal.inc(this.unledMs / 1_000);
      this.#heldMs = performance.now();
    };
    const own = { replicas, clock: this.clock, process, leads, onHeld };
    return takeLease({ ...options, ...own }, signal);
  }

  /** Starts a term; while nothing can be stored, serves what there is instead. */
  async #beginTerm(lease: Lease, signal: AbortSignal): Promise<number | "ended" | "rewound"> {
    const { bus, community, config, logger } = this.#options;
    const replica = this.#replica;
    const { trace } = this.#options;
    const serving = { bus, community, config, replica, lease, trace, logger };
    // All that the last term decided stands, and is applied.
    const isSettled = (): boolean => {
      const { term, seq } = lease.settled;
      return term === replica.position.term && seq <= replica.position.seq;
    };
    for (;;) {
      if (replica.halt !== undefined) {
        const until = replica.resumed(replica.position.seq);
        const rejection = { code: "read_only" } as const;
        await serveHalted({ ...serving, until, rejection, isSettled: isSettled() }, signal);
      }
      // What refused a batch may take the start of a term, which is shorter, and then no batch again.
      const { isShut } = this.#options.room;
      let term = isShut ? "full" : await this.#startTerm(lease, signal);
      if (term === "full") {
        const started = this.#awaitRoom(lease, signal);
        const until = started.then(() => undefined);
        const rejection = { code: "storage_full" } as const;
        await serveHalted({ ...serving, until, rejection, isSettled: isSettled() }, signal);
        term = await started;
      }
      if (term !== "halted") return term;
    }
  }

  /** Tries to start a term once there is room, until that is not refused for want of it. */
  async #awaitRoom(lease: Lease, signal: AbortSignal): Promise<Exclude<TermStart, "full">> {
    const { bus, community, config, room } = this.#options;
    const { renewLimitMs } = config.journal;
    for (;;) {
      await pause(roomPauseMs, signal);
      const isOver = lease.ended || signal.aborted;
      const mayLook = room.look() && lease.holds();
      if (!isOver && !(mayLook && (await hasRoom(bus, community, renewLimitMs)))) continue;
      const term = await this.#startTerm(lease, signal);
      if (term !== "full") return term;
    }
  }

  async #startTerm(lease: Lease, signal: AbortSignal): Promise<TermStart> {
    const { bus, community, config, room, logger } = this.#options;
    const term = await startTerm(
      {
        bus,
        community,
        coreId: this.coreId,
        replica: this.#replica,
        clock: this.clock,
        lease,
        nextCommandId: () => this.#nextCommandId(),
        limitMs: config.journal.renewLimitMs,
        onFull: (words) => room.refused(this.#replica.position.seq + 1, words),
        logger,
      },
      signal,
    );
    if (typeof term === "number") room.stored(0);
    return term;
  }

  #newLeader(lease: Lease, term: number): Leader {
    const { bus, community, config, reservedNames, secrets, history, tiers, local } = this.#options;
    const { snapshots, edges, logger, metrics, protocols } = this.#options;
    return new Leader(
      {
        bus,
        community,
        config,
        edges,
        reservedNames,
        protocols,
        trace: this.#options.trace,
        replica: this.#replica,
        room: this.#options.room,
        clock: this.clock,
        lease,
        history,
        snapshots,
        secrets,
        tiers,
        local,
        nextCommandId: () => this.#nextCommandId(),
        logger,
        metrics,
      },
      term,
    );
  }
}

function viewOf(current: () => Replica): ReplicaView {
  return {
    get state(): State {
      return current().state;
    },
    get position() {
      return current().position;
    },
    get nowMs(): number {
      return current().nowMs;
    },
    get time() {
      return current().time;
    },
    get current(): boolean {
      return current().current;
    },
    get halt() {
      return current().halt;
    },
    reached: (seq, limitMs) => current().reached(seq, limitMs),
  };
}
