/**
 * A core: it follows its community's journal, answers queries and log-ins once it has caught up, and leads when
 * the lease is its own.
 */
import { join } from "node:path";
import type { CommunityId } from "@dragoman/bus-schema";
import {
  Bus,
  boundStorage,
  ensureFiles,
  ensureJournal,
  type FeedRecord,
  keepReplicas,
  markFolder,
  type Service,
  type ServiceContext,
  sayHalt,
  serveFiles,
  whileUnled,
} from "@dragoman/service-kit";
import { refuseHalfRestored } from "./backup/mark.ts";
import { reservedNames } from "./decider/name.ts";
import type { History } from "./history/history.ts";
import { openSlot } from "./history/slot.ts";
import { Attempts } from "./identity/attempts.ts";
import { serveAuthenticate } from "./identity/authenticate.ts";
import { serveCredentials } from "./identity/credential.ts";
import { Local } from "./identity/local.ts";
import { Secrets } from "./identity/secrets.ts";
import { Site } from "./identity/site.ts";
import { SiteDuty } from "./identity/site-duty.ts";
import { Tiers } from "./identity/tier.ts";
import { readStored } from "./journal/read-record.ts";
import type { ReplicaView } from "./journal/replica-view.ts";
import { Room } from "./leader/room.ts";
import { Life } from "./life.ts";
import { coreMetrics } from "./metrics.ts";
import { serveQueries } from "./query/serve.ts";
import { statusOf } from "./query/status.ts";
import { Snapshots } from "./snapshot/snapshots.ts";
import type { Reading, State } from "./state/shape.ts";

const readLimitMs = 5_000;

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
  readonly #bus: Bus;
  readonly #history: History;
  readonly life: Life;
  readonly #room: Room;
  readonly #serve: () => readonly { stop(): void }[];
  #served: readonly { stop(): void }[] = [];
  #fatal: string | undefined;
  #stopping = false;

  private constructor(
    context: ServiceContext,
    bus: Bus,
    secrets: Secrets,
    history: History,
    snapshots: Snapshots,
  ) {
    const { config, edges, logger, registry } = context;
    const community = config.community as CommunityId;
    this.failed = new Promise((tell) => {
      this.#tellFailed = tell;
    });
    this.#bus = bus;
    this.#history = history;
    const replica = (): ReplicaView => this.life.view;
    const state = (): Reading<State> => replica().state;
    const room = new Room(logger);
    this.#room = room;
    const metrics = coreMetrics(registry, {
      position: () => this.life.view.position.seq,
      journalUsed: () => room.share,
      projectionFaulted: () => (history.fault === undefined ? 0 : 1),
      clockSkew: () => (this.life.clock.skew()?.ms ?? 0) / 1_000,
      journalAhead: () => {
        const { nowMs, clockMs } = this.life.view.time;
        return (nowMs - clockMs) / 1_000;
      },
      projectionLag: () => history.lag(),
    });
    const names = reservedNames(edges.flatMap((edge) => edge.reservedNames));
    const common = {
      bus,
      community,
      config,
      reservedNames: names,
      secrets,
      history,
      logger,
      metrics,
    };
    const attempts = new Attempts(bus, community);
    const { accounts, limits } = config;
    const local = new Local({
      replica,
      secrets,
      attempts,
      accounts,
      limits,
      reservedNames: names,
      logger,
    });
    this.life = new Life({
      ...common,
      snapshots,
      room,
      siteDuty: siteDutyOf(context, bus, secrets, replica),
      tiers: new Tiers({ config, state, logger }),
      local,
      failed: (why) => {
        this.#fatal = why;
        this.#tellFailed(why);
      },
    });
    const serving = { ...common, replica: this.life.view };
    this.#serve = () => [
      serveQueries({
        ...serving,
        status: () =>
          statusOf({
            ...serving,
            snapshots,
            leads: this.life.leads,
            why: this.ready().why ?? "",
          }),
      }),
      serveAuthenticate({ ...serving, attempts, local }),
      serveCredentials(common),
      serveFiles(common),
    ];
  }

  static async open(context: ServiceContext, options: CoreOptions): Promise<Core> {
    const { config, logger } = context;
    markFolder(config.dataDir);
    const { url, user, password } = config.nats;
    const bus = await Bus.connect({ url, user, password, name: "core", logger });
    try {
      return await Core.#openOn(bus, context, options);
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  static async #openOn(bus: Bus, context: ServiceContext, options: CoreOptions): Promise<Core> {
    const { config, logger } = context;
    const community = config.community as CommunityId;
    const { replicas } = config.nats;
    await ensureJournal(bus, community, replicas);
    await refuseHalfRestored(bus, community);
    await ensureFiles(bus, community, replicas);
    await keepReplicas(bus, community, replicas, logger);
    await boundStorage(bus, community, config.storage, logger);
    const secrets = await whileUnled(() => Secrets.open(bus, community));
    const snapshots = await Snapshots.open(bus, community, logger);
    // The projection outlives each life that reads it: its faults reach the one that holds it by then.
    let core: Core | undefined;
    const history = await openSlot(join(config.dataDir, "projection"), community, {
      logger,
      gatherMs: config.journal.historyMs,
      onFatal: (error) => core?.life.fail("projection failed", error),
      onRewound: (why) => core?.life.rewound(why),
      ...(options.historySlowMs ? { slowMs: options.historySlowMs } : {}),
    });
    core = new Core(context, bus, secrets, history, snapshots);
    return core;
  }

  begin(): void {
    process.on("SIGHUP", this.#describe);
    this.#served = this.#serve();
    this.life.begin();
  }

  ready(): ReturnType<Service["ready"]> {
    const { current, position, halt } = this.life.view;
    if (this.#fatal !== undefined) return { ready: false, why: this.#fatal };
    if (this.#stopping) return { ready: false, why: "stopping" };
    if (!this.#bus.connected) return { ready: false, why: "bus is lost" };
    if (this.life.fault !== undefined) return { ready: false, why: this.life.fault };
    if (!current) return { ready: false, why: "replaying" };
    if (halt !== undefined) return { ready: false, why: sayHalt(halt), reads: true };
    if (this.#room.why !== undefined) return { ready: false, why: this.#room.why, reads: true };
    return this.life.leads || position.term > 0
      ? { ready: true, ...warningOf(this.life.clock) }
      : { ready: false, why: "no leader yet" };
  }

  /** The configuration was read again: the leader says what the community is called now. */
  readonly #describe = (): void => this.life.describe();

  async stop(): Promise<void> {
    this.#stopping = true;
    process.off("SIGHUP", this.#describe);
    for (const served of this.#served) served.stop();
    await this.life.stop();
    await this.#history.close();
    await this.#bus.close();
  }
}

/** A wrong clock is told, and stops nobody: no limit hangs on it (docs/journal.md 1.6). */
function warningOf({ warning }: Life["clock"]): { readonly warn?: string } {
  return warning === undefined ? {} : { warn: warning };
}

/** What is owed to the site that people come from, where they come from one. */
function siteDutyOf(
  { config, logger }: ServiceContext,
  bus: Bus,
  secrets: Secrets,
  replica: () => ReplicaView,
): SiteDuty | undefined {
  if (!config.accounts.providers.includes("site")) return undefined;
  const site = new Site(config.site, logger, () => replica().nowMs);
  const state = (): Reading<State> => replica().state;
  const read = async (seq: number): Promise<FeedRecord | null> => {
    const stored = await readStored(bus, config.community as CommunityId, seq, readLimitMs);
    return stored?.decoded.ok === true ? { seq, ...stored.decoded.value } : null;
  };
  return new SiteDuty({ site, config: config.site, secrets, state, read, logger });
}
