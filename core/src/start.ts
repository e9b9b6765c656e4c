/**
 * A core: it follows its community's journal, answers queries and log-ins once it has caught up, and leads when
 * the lease is its own. Whatever goes wrong with its copy, it drops the copy and replays.
 */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Batch,
  type CommandId,
  type CommunityId,
  commandId,
  encode,
} from "@dragoman/bus-schema";
import {
  Bus,
  ensureFiles,
  ensureJournal,
  type Service,
  type ServiceContext,
} from "@dragoman/service-kit";
import { History } from "./history/history.ts";
import { serveAuthenticate } from "./identity/authenticate.ts";
import { checkProviders } from "./identity/scheme.ts";
import { Secrets } from "./identity/secrets.ts";
import { Site } from "./identity/site.ts";
import { SiteDuty } from "./identity/site-duty.ts";
import { verifyTicket } from "./identity/ticket.ts";
import { Tiers } from "./identity/tier.ts";
import { verifyWebhookToken } from "./identity/webhook-token.ts";
import { append, lastSequence } from "./journal/append.ts";
import { type Lease, takeLease } from "./journal/lease.ts";
import { Replica } from "./journal/replica.ts";
import type { ReplicaView } from "./journal/replica-view.ts";
import { Leader } from "./leader/leader.ts";
import { type CoreMetrics, coreMetrics } from "./metrics.ts";
import { serveQueries } from "./query/serve.ts";
import type { State } from "./state/state.ts";

const restartPauseMs = 100;
const infoLimitMs = 2_000;

/** What only tests set. */
export interface CoreOptions {
  /** Slows the projection by so much per record. */
  readonly historySlowMs?: number;
}

/** Starts a core for `context.config.community`. */
export async function start(context: ServiceContext, options: CoreOptions = {}): Promise<Service> {
  const core = await Core.open(context, options);
  core.begin();
  return core;
}

class Core implements Service {
  readonly name = "core";
  /** Resolves, with why, when this core can do nothing more. */
  readonly failed: Promise<string>;
  #tellFailed: (why: string) => void = () => undefined;
  readonly #context: ServiceContext;
  readonly #bus: Bus;
  readonly #community: CommunityId;
  readonly #secrets: Secrets;
  readonly #history: History;
  readonly #metrics: CoreMetrics;
  readonly #coreId = randomUUID();
  #commands = 0;
  readonly #stopping = new AbortController();
  readonly #served: { stop(): void }[] = [];
  /** Where people come from a site. */
  readonly #siteDuty: SiteDuty | undefined;
  readonly #tiers: Tiers;
  #replica: Replica;
  #leader: Leader | undefined;
  #lease: Lease | undefined;
  #loop: Promise<void> = Promise.resolve();
  /** Ends the present life of the replica. */
  #breakOff = new AbortController();
  #rebuild = false;
  #fatal: string | undefined;

  private constructor(context: ServiceContext, bus: Bus, secrets: Secrets, history: History) {
    this.failed = new Promise((tell) => {
      this.#tellFailed = tell;
    });
    this.#context = context;
    this.#bus = bus;
    this.#community = context.config.community as CommunityId;
    this.#secrets = secrets;
    this.#history = history;
    this.#siteDuty = this.#newSiteDuty();
    this.#tiers = new Tiers({
      config: context.config,
      state: () => this.#replica.state,
      logger: context.logger,
    });
    this.#replica = this.#newReplica();
    this.#metrics = coreMetrics(context.registry, {
      position: () => this.#replica.position.seq,
      projectionLag: () => history.lag(),
    });
  }

  static async open(context: ServiceContext, options: CoreOptions): Promise<Core> {
    const { config, logger } = context;
    checkProviders(config);
    const { url, user, password } = config.nats;
    const bus = await Bus.connect({ url, user, password, name: "core", logger });
    const community = config.community as CommunityId;
    await ensureJournal(bus, community);
    await ensureFiles(bus, community);
    const secrets = await Secrets.open(bus, community);
    const folder = join(config.dataDir, "projection");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The projection outlives the core that reads it: its faults reach whoever holds it by then.
    let core: Core | undefined;
    const history = await History.open({
      path: join(folder, `${community}.db`),
      logger,
      gatherMs: config.journal.historyMs,
      onFatal: (error) => core?.fail(error),
      onRewound: (why) => core?.rewound(why),
      ...(options.historySlowMs ? { slowMs: options.historySlowMs } : {}),
    });
    core = new Core(context, bus, secrets, history);
    return core;
  }

  begin(): void {
    const { config, logger } = this.#context;
    const serving = {
      bus: this.#bus,
      community: this.#community,
      replica: this.#view(),
      history: this.#history,
      secrets: this.#secrets,
      config,
      logger,
      metrics: this.#metrics,
    };
    this.#served.push(serveQueries(serving), serveAuthenticate(serving));
    this.#loop = this.#live();
  }

  ready(): { ready: boolean; why?: string } {
    if (this.#fatal !== undefined) return { ready: false, why: this.#fatal };
    if (this.#stopping.signal.aborted) return { ready: false, why: "stopping" };
    if (!this.#bus.connected) return { ready: false, why: "bus is lost" };
    if (!this.#replica.current) return { ready: false, why: "replaying" };
    return this.#leader !== undefined || this.#replica.position.term > 0
      ? { ready: true }
      : { ready: false, why: "no leader yet" };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const served of this.#served) served.stop();
    await this.#leader?.stop();
    await this.#lease?.release();
    this.#breakOff.abort();
    await this.#loop;
    this.#replica.stop();
    await this.#history.close();
    await this.#bus.close();
  }

  /** The replica of the moment, under one name for whoever serves from it. */
  #view(): ReplicaView {
    const current = (): Replica => this.#replica;
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
      reached: (seq, limitMs) => current().reached(seq, limitMs),
    };
  }

  #nextCommandId(): CommandId {
    this.#commands += 1;
    return commandId(this.#coreId, this.#commands);
  }

  #newSiteDuty(): SiteDuty | undefined {
    const { config, logger } = this.#context;
    if (!config.accounts.providers.includes("site")) return undefined;
    return new SiteDuty({
      site: new Site(config.site, logger),
      config: config.site,
      secrets: this.#secrets,
      state: () => this.#replica.state,
      logger,
    });
  }

  #newReplica(): Replica {
    return new Replica({
      bus: this.#bus,
      community: this.#community,
      config: this.#context.config,
      history: this.#history,
      logger: this.#context.logger,
      ...(this.#siteDuty === undefined
        ? {}
        : { applied: (record) => this.#siteDuty?.heard(record) }),
      broken: (why) => {
        if (why === "rewound") this.rewound("the feed says so");
        else this.#giveUp("the journal holds events of a newer version");
        this.#breakOff.abort();
      },
    });
  }

  rewound(why: string): void {
    this.#context.logger.error({ why }, "projection is built anew");
    this.#rebuild = true;
    this.#breakOff.abort();
  }

  fail(error: Error): void {
    this.#context.logger.fatal({ err: error }, "projection failed");
    this.#giveUp("projection failed");
    this.#breakOff.abort();
  }

  /** Says once and for all that this core is of no more use. */
  #giveUp(why: string): void {
    this.#fatal = why;
    this.#tellFailed(why);
  }

  /** One life of a replica after the other, until stopped. */
  async #live(): Promise<void> {
    const { logger } = this.#context;
    while (!this.#stopping.signal.aborted && this.#fatal === undefined) {
      try {
        await this.#liveOnce();
      } catch (error) {
        logger.error({ err: error }, "core begins anew");
      }
      await this.#lease?.release();
      this.#lease = undefined;
      this.#leader = undefined;
      if (this.#stopping.signal.aborted) break;
      this.#replica.stop();
      await new Promise((resolve) => setTimeout(resolve, restartPauseMs));
      this.#breakOff = new AbortController();
      this.#replica = this.#newReplica();
    }
  }

  async #liveOnce(): Promise<void> {
    const { config, logger } = this.#context;
    const bus = this.#bus;
    const community = this.#community;
    const last = await lastSequence(bus, community, infoLimitMs);
    if (this.#rebuild || last < this.#history.position.seq) {
      this.#rebuild = false;
      this.#siteDuty?.forget();
      await this.#history.rebuild();
    }
    await this.#replica.start();
    logger.info({ position: this.#replica.position.seq }, "caught up");
    const signal = this.#breakOff.signal;
    const lease = await takeLease(
      { bus, community, coreId: this.#coreId, timing: config.journal, logger },
      AbortSignal.any([signal, this.#stopping.signal]),
    );
    if (lease === null) return;
    this.#lease = lease;
    const term = await this.#startTerm(lease);
    if (term === null || signal.aborted) return;
    this.#leader = new Leader(
      {
        bus,
        community,
        coreId: this.#coreId,
        config,
        replica: this.#replica,
        history: this.#history,
        lease,
        addresses: this.#secrets.addresses,
        verifyWebhookToken: (token) => verifyWebhookToken(this.#secrets, token),
        verifyTicket: (ticket) => verifyTicket(this.#secrets, ticket, Date.now()),
        push: this.#secrets.push,
        redeem: (code) => this.#secrets.links.redeem(code, Date.now()),
        tier: (tag) => this.#tiers.ofKey(tag),
        passwords: {
          seal: (...given) => this.#secrets.sealPassword(...given),
          isRight: (...given) => this.#secrets.isPassword(...given),
        },
        nextCommandId: () => this.#nextCommandId(),
        logger,
        metrics: this.#metrics,
      },
      term,
    );
    const leader = this.#leader;
    signal.addEventListener("abort", () => void leader.stop());
    this.#siteDuty?.lead();
    const why = await leader.run();
    this.#siteDuty?.rest();
    if (why === "rewound") this.rewound("the leader's append was refused");
  }

  /**
   * Appends `leader.started` behind all that is stored; its sequence is the term (docs/journal.md 2.6).
   * @returns null when the lease was lost first
   */
  async #startTerm(lease: Lease): Promise<number | null> {
    const { logger, config } = this.#context;
    const bus = this.#bus;
    const community = this.#community;
    while (!lease.ended && !this.#breakOff.signal.aborted) {
      const seq = (await this.#replica.catchUp()) + 1;
      const batch: Batch = {
        v: 1,
        id: randomUUID(),
        term: seq,
        prev: this.#replica.position.id,
        at: Math.max(Date.now(), this.#replica.position.at),
        commits: [
          {
            cause: { commandId: this.#nextCommandId(), actor: "leader" },
            events: [{ type: "leader.started", coreId: this.#coreId }],
          },
        ],
      };
      const limitMs = config.journal.renewLimitMs;
      const outcome = await append(
        { bus, community, authority: lease, logger, limitMs },
        batch.id,
        encode(batch),
        seq - 1,
      );
      if (outcome === "rewound") this.rewound("the append of a term was refused");
      if (outcome === "ended" || outcome === "rewound") return null;
      if (outcome === "fenced") continue;
      await this.#replica.reached(seq, Number.POSITIVE_INFINITY);
      if (this.#replica.position.seq !== seq) continue;
      this.#replica.lead();
      return seq;
    }
    return null;
  }
}
