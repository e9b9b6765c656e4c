/**
 * The lives of a core: it replays the journal, waits for the lease, leads, and whatever goes wrong with its copy
 * it drops the copy and begins anew.
 */
import { randomUUID } from "node:crypto";
import { type CommandId, type CommunityId, commandId } from "@dragoman/bus-schema";
import { type Bus, type Config, type Logger, noSkips, pause } from "@dragoman/service-kit";
import type { History } from "./history/history.ts";
import type { Local } from "./identity/local.ts";
import type { Secrets } from "./identity/secrets.ts";
import type { SiteDuty } from "./identity/site-duty.ts";
import type { Tiers } from "./identity/tier.ts";
import { JournalGoneError, lastSequence } from "./journal/append.ts";
import { type Lease, takeLease } from "./journal/lease.ts";
import { Replica } from "./journal/replica.ts";
import type { ReplicaView } from "./journal/replica-view.ts";
import { startTerm } from "./journal/term.ts";
import { serveHalted } from "./leader/halted.ts";
import { Leader } from "./leader/leader.ts";
import type { CoreMetrics } from "./metrics.ts";
import type { State } from "./state/shape.ts";

/** Between two lives; doubled while they end by the same fault, up to the most. */
const restartPauseMs = 100;
const restartPauseMsMax = 2_000;
/** A fault behind a life of so long is told anew. */
const soundMs = 10_000;
const infoLimitMs = 2_000;

export interface LifeOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  /** See `Inputs`. */
  readonly reservedNames: ReadonlySet<string>;
  readonly secrets: Secrets;
  readonly history: History;
  /** Where people come from a site. */
  readonly siteDuty: SiteDuty | undefined;
  readonly tiers: Tiers;
  readonly local: Local;
  readonly logger: Logger;
  readonly metrics: CoreMetrics;
  /** This core is of no more use: a new life would end as this one. */
  readonly failed: (why: string) => void;
}

export class Life {
  readonly #options: LifeOptions;
  readonly #coreId = randomUUID();
  #commands = 0;
  readonly #stopping = new AbortController();
  /** Ends the present life. */
  #breakOff = new AbortController();
  #replica: Replica;
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
  /** What the journal says is passed over; as long as the journal does not go back. */
  readonly #skips = noSkips();

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#replica = this.#newReplica();
  }

  /** The replica of the moment, under one name for whoever serves from it. */
  readonly view: ReplicaView = viewOf(() => this.#replica);

  /** Whether this core leads. */
  get leads(): boolean {
    return this.#leader !== undefined;
  }

  /** Why no life lasts, in words for an operator; undefined while one does. */
  get fault(): string | undefined {
    return this.#isFaulty ? this.#fault?.say : undefined;
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
    this.#replica.stop();
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

  #newReplica(): Replica {
    const { bus, community, config, history, siteDuty, logger } = this.#options;
    return new Replica({
      bus,
      community,
      config,
      logger,
      skips: this.#skips,
      consumers: [
        (record) => history.apply(record),
        ...(siteDuty === undefined ? [] : [siteDuty.heard.bind(siteDuty)]),
      ],
      broken: (why) => {
        if (why === "rewound") this.#buildAnew("the feed says so");
        else this.#breakOff.abort();
      },
    });
  }

  #nextCommandId(): CommandId {
    this.#commands += 1;
    return commandId(this.#coreId, this.#commands);
  }

  async #live(): Promise<void> {
    while (!this.#stopping.signal.aborted && !this.#isOver) {
      this.#bornMs = performance.now();
      try {
        await this.#liveOnce();
        this.#fault = undefined;
      } catch (error) {
        this.#endBy(error);
      }
      await this.#lease?.release();
      this.#lease = undefined;
      this.#leader = undefined;
      if (this.#stopping.signal.aborted) break;
      this.#replica.stop();
      await pause(this.#fault?.pauseMs ?? restartPauseMs, this.#stopping.signal);
      this.#breakOff = new AbortController();
      this.#replica = this.#newReplica();
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

  async #liveOnce(): Promise<void> {
    const { siteDuty } = this.#options;
    await this.#catchUp();
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
    siteDuty?.lead();
    const why = await leader.run();
    siteDuty?.rest();
    if (why === "rewound") this.rewound("the leader's append was refused");
  }

  async #catchUp(): Promise<void> {
    const { bus, community, history, siteDuty, logger } = this.#options;
    const last = await lastSequence(bus, community, infoLimitMs);
    if (this.#rebuild || last < history.position.seq) {
      this.#rebuild = false;
      siteDuty?.forget();
      await history.rebuild();
    }
    await this.#replica.start();
    this.#isFaulty = false;
    logger.info({ position: this.#replica.position.seq }, "caught up");
  }

  #takeLease(signal: AbortSignal): Promise<Lease | null> {
    const { bus, community, config, logger } = this.#options;
    const options = { bus, community, coreId: this.#coreId, timing: config.journal, logger };
    return takeLease(options, signal);
  }

  /** Starts a term; while the journal has halted, serves it read-only instead. */
  async #beginTerm(lease: Lease, signal: AbortSignal): Promise<number | "ended" | "rewound"> {
    const { bus, community, config, logger } = this.#options;
    const replica = this.#replica;
    for (;;) {
      if (replica.halt !== undefined) {
        await serveHalted({ bus, community, config, replica, lease, logger }, signal);
      }
      const term = await this.#startTerm(lease, signal);
      if (term !== "halted") return term;
    }
  }

  #startTerm(lease: Lease, signal: AbortSignal): ReturnType<typeof startTerm> {
    const { bus, community, config, logger } = this.#options;
    return startTerm(
      {
        bus,
        community,
        coreId: this.#coreId,
        replica: this.#replica,
        lease,
        nextCommandId: () => this.#nextCommandId(),
        limitMs: config.journal.renewLimitMs,
        logger,
      },
      signal,
    );
  }

  #newLeader(lease: Lease, term: number): Leader {
    const { bus, community, config, reservedNames, secrets, history, tiers, local } = this.#options;
    const { logger, metrics } = this.#options;
    return new Leader(
      {
        bus,
        community,
        config,
        reservedNames,
        replica: this.#replica,
        lease,
        history,
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
    get current(): boolean {
      return current().current;
    },
    get halt() {
      return current().halt;
    },
    reached: (seq, limitMs) => current().reached(seq, limitMs),
  };
}
