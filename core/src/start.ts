/**
 * A core: it follows its community's journal, answers queries and log-ins once it has caught up, and leads when
 * the lease is its own.
 */
import type { CommunityId } from "@dragoman/bus-schema";
import {
  Bus,
  boundStorage,
  diskRoom,
  ensureFiles,
  ensureJournal,
  type FeedRecord,
  keepReplicas,
  markFolder,
  measureBus,
  type Service,
  type ServiceContext,
  sayHalt,
  serveFiles,
  whileUnled,
} from "@dragoman/service-kit";
import { refuseOthersAccount } from "./account.ts";
import { measureAdoption } from "./adoption-metric.ts";
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
import { historyFolder, refuseOtherJournal, rememberJournal } from "./known-journal.ts";
import { Room } from "./leader/room.ts";
import { Life } from "./life.ts";
import { type CoreMetrics, coreMetrics } from "./metrics.ts";
import { serveQueries } from "./query/serve.ts";
import { statusOf } from "./query/status.ts";
import { serveTrace } from "./serve-trace.ts";
import { measureSizes } from "./size-metric.ts";
import { Snapshots } from "./snapshot/snapshots.ts";
import type { Reading, State } from "./state/shape.ts";
import { CoreTrace } from "./trace.ts";

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
  readonly #secrets: Secrets;
  readonly life: Life;
  readonly #room: Room;
  readonly #letGoMs: number;
  readonly #metrics: CoreMetrics;
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
    trace: CoreTrace,
  ) {
    const { config, edges, logger, registry } = context;
    const community = config.community as CommunityId;
    this.failed = new Promise((tell) => {
      this.#tellFailed = tell;
    });
    this.#bus = bus;
    this.#history = history;
    this.#secrets = secrets;
    this.#letGoMs = config.journal.letGoMs;
    const replica = (): ReplicaView => this.life.view;
    const state = (): Reading<State> => replica().state;
    const { natsDir } = config.storage;
    const room = new Room(logger, () => (natsDir === "" ? undefined : diskRoom(natsDir)));
    this.#room = room;
    const metrics = coreMetrics(registry, {
      waiting: () => this.life.waiting,
      term: () => this.life.view.position.term,
      waitingChecks: () => local.waitingChecks,
      unled: () => this.life.unledMs / 1_000,
      journalBytes: () => room.bytes,
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
    this.#metrics = metrics;
    const names = reservedNames(edges.flatMap((edge) => edge.reservedNames));
    const common = {
      trace,
      bus,
      community,
      config,
      edges,
      reservedNames: names,
      protocols: edges.map(({ protocol }) => protocol),
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
      serveTrace({ ...serving, coreId: this.life.coreId }),
      serveAuthenticate({ ...serving, attempts, local }),
      serveCredentials(common),
      measureAdoption(history, metrics, logger),
      measureBus(bus, registry, "core"),
      measureSizes({
        snapshots,
        path: history.path,
        folders: { data: config.dataDir, nats: natsDir },
        metrics,
        logger,
      }),
      serveFiles({ ...common, hasRoom: () => !room.isDiskShort }),
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
    await bus.requireStore();
    await refuseOthersAccount(bus, community, config.nats.user);
    await refuseOtherJournal(bus, community, config.dataDir);
    await ensureJournal(bus, community, replicas);
    await refuseHalfRestored(bus, community);
    await rememberJournal(bus, community, config.dataDir);
    await ensureFiles(bus, community, replicas);
    await keepReplicas(bus, community, replicas, logger);
    await boundStorage(bus, community, config.storage, logger);
    const secrets = await whileUnled(() => Secrets.open(bus, community));
    // The projection and the snapshots outlive each life that reads them: their faults reach the one of the moment.
    let core: Core | undefined;
    const snapshots = await Snapshots.open(bus, community, logger, () => core?.snapshotDamaged());
    const trace = new CoreTrace();
    const history = await openSlot(historyFolder(config.dataDir), community, {
      logger,
      gatherMs: config.journal.historyMs,
      namesDays: config.adoption.namesDays,
      onApplied: (seq) => trace.projected(seq),
      onFatal: (error) => core?.life.fail("projection failed", error),
      onRewound: (why) => core?.life.rewound(why),
      ...(options.historySlowMs ? { slowMs: options.historySlowMs } : {}),
    });
    core = new Core(context, bus, secrets, history, snapshots, trace);
    return core;
  }

  snapshotDamaged(): void {
    this.#metrics.snapshots.inc({ outcome: "damaged" });
  }

  begin(): void {
    process.on("SIGHUP", this.#configured);
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
    const unled = this.#sayUnled();
    if (unled !== undefined) return { ready: false, why: unled, reads: true };
    return this.life.leads || position.term > 0
      ? { ready: true, ...warningOf(this.life.clock) }
      : { ready: false, why: "no leader yet" };
  }

  /** That nobody can write, where that lasts longer than gateways wait for a leader (docs/journal.md 4.4). */
  #sayUnled(): string | undefined {
    const { unledMs } = this.life;
    if (unledMs <= this.#letGoMs) return undefined;
    const seconds = Math.round(unledMs / 1_000);
    return `nobody has led for ${seconds} s, so nothing can be written: the store of NATS takes no lease (has a cluster lost most of its servers?)`;
  }

  /** The configuration was read again. */
  readonly #configured = (): void => this.life.configured();

  async stop(): Promise<void> {
    this.#stopping = true;
    process.off("SIGHUP", this.#configured);
    for (const served of this.#served) served.stop();
    await this.life.stop();
    await this.#secrets.addresses.stop();
    await this.#history.close();
    await this.#bus.close();
  }
}

/** A wrong clock is told, and stops nobody: no limit hangs on it (docs/journal.md 1.6). */
function warningOf({ warning }: Life["clock"]): { readonly warn?: string } {
  return warning === undefined ? {} : { warn: warning };
}

/** What is owed to the site that people come from, while they come from one. */
function siteDutyOf(
  { config, logger }: ServiceContext,
  bus: Bus,
  secrets: Secrets,
  replica: () => ReplicaView,
): SiteDuty {
  const isOn = (): boolean => config.accounts.providers.includes("site");
  const site = new Site(config.site, logger, () => replica().nowMs);
  const state = (): Reading<State> => replica().state;
  const read = async (seq: number): Promise<FeedRecord | null> => {
    const stored = await readStored(bus, config.community as CommunityId, seq, readLimitMs);
    return stored?.decoded.ok === true ? { seq, ...stored.decoded.value } : null;
  };
  return new SiteDuty({ site, isOn, config: config.site, secrets, state, read, logger });
}
