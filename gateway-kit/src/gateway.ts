/**
 * A running gateway: one edge over real sockets, fed by the journal. Here the parts meet, are started and are ended.
 */
import { randomBytes } from "node:crypto";
import {
  CommunityId,
  type GatewayId,
  type ProcessFacts,
  type SessionId,
  SessionSet,
  subject,
} from "@dragoman/bus-schema";
import {
  Bus,
  type FeedRecord,
  hangUp,
  measureBus,
  pause,
  processFacts,
  type Service,
  type ServiceContext,
  sayHalt,
  sayMisfit,
  servedFiles,
} from "@dragoman/service-kit";
import { Audiences } from "./audience.ts";
import { Perch } from "./canary/perch.ts";
import { GatewayClock } from "./clock.ts";
import { closings } from "./closing.ts";
import { CommandPort } from "./commands.ts";
import { Commits } from "./commits.ts";
import type { Connection } from "./connection.ts";
import { ConnectionLog } from "./connection-log.ts";
import { Connections } from "./connections.ts";
import type { Edge } from "./edge.ts";
import { factsOfBytes } from "./files/facts.ts";
import { FilePort } from "./files/file-port.ts";
import { sourceOf } from "./files/metadata/source.ts";
import { Freshness } from "./freshness.ts";
import { Heartbeat } from "./heartbeat.ts";
import { InboundBytes } from "./inbound.ts";
import { JournalView } from "./journal-view.ts";
import { MessageTrace } from "./message-trace.ts";
import { type GatewayMetrics, gatewayMetrics } from "./metrics.ts";
import { OutboundBytes } from "./outbound.ts";
import { OutboxPump } from "./outbox.ts";
import { publicBase } from "./public-base.ts";
import { QueryPort } from "./queries.ts";
import { Questions } from "./questions.ts";
import { openRequests } from "./requests.ts";
import type { Roster } from "./roster/roster.ts";
import type { SessionPorts } from "./session-ports.ts";
import { Slices } from "./slices.ts";
import type { FrameSocket, Listener } from "./transport/transport.ts";
import type { View } from "./view.ts";
import { within } from "./within.ts";

/** How long a start waits for a core before the gateway is up without being ready. */
const patienceMs = 10_000;
/** A leader that was not heard for so long counts as away. */
const heardLatelyMs = 2_000;
/** Journal 4.7: records behind, above which a gateway is not ready. */
const lagMax = 2_000;
/** Sock Chat reference, 1: numbers of lines that no message stands behind. */
const firstLineNumber = 2 ** 52;

/**
 * Runs an edge until it is stopped. Resolves when it serves, or after ten seconds without a core: then it is up,
 * not ready, and serves as soon as a core answers.
 * @throws OperatorError when the port is taken, NATS does not answer or the configuration cannot be followed
 */
export async function startGateway<Own, Dialect extends string>(
  edge: Edge<Own, Dialect>,
  context: ServiceContext,
): Promise<Service> {
  const { config } = context;
  const name = `gateway-${edge.protocol}`;
  const { url, user, password } = config.nats;
  const logger = context.logger.child({ gateway: edge.protocol });
  const bus = await Bus.connect({ url, user, password, name, logger });
  const gateway = new Gateway(edge, { ...context, logger }, bus);
  try {
    await gateway.start();
  } catch (error) {
    await bus.close();
    throw error;
  }
  return {
    name,
    port: gateway.port,
    ready: () => gateway.ready(),
    failed: gateway.failed,
    stop: () => gateway.stop(),
  };
}

class Gateway<Own, Dialect extends string> {
  readonly #edge: Edge<Own, Dialect>;
  readonly #context: ServiceContext;
  readonly #bus: Bus;
  readonly #metrics: GatewayMetrics;
  readonly #pump: OutboxPump;
  readonly #queries: QueryPort;
  readonly #questions: Questions;
  readonly #commands: CommandPort;
  readonly #clock: GatewayClock;
  readonly #heartbeat: Heartbeat;
  readonly #trace: MessageTrace;
  readonly #freshness: Freshness;
  readonly #journal: JournalView;
  readonly #audiences: Audiences<Connection<Own, Dialect>, Dialect>;
  readonly #commits: Commits<Own, Dialect>;
  readonly #connections: Connections<Own, Dialect>;
  readonly #files: FilePort;
  readonly #perch: Perch;
  readonly #slices = new Slices();
  /** Those that this gateway accounts for: attached, or ended and the leader is being told. */
  readonly #sessions = new SessionSet();
  readonly #listeners: Listener[] = [];
  #found: (() => void) | undefined;
  #quiet: (() => void) | undefined;
  #reporting = false;
  #lookout: NodeJS.Timeout | undefined;
  #busMeter: { stop(): void } | undefined;
  #stopping: Promise<void> | undefined;
  /** It is stopping, and takes nobody in any more. */
  #isParting = false;
  #lineNumber = firstLineNumber;
  readonly #process: ProcessFacts;
  /** Its settings were those of the leader once. */
  #isFitting = false;
  /** Resolves, with why, if this gateway can never serve. */
  readonly failed: Promise<string>;
  #tellFailed: (why: string) => void = () => undefined;

  constructor(edge: Edge<Own, Dialect>, context: ServiceContext, bus: Bus) {
    const { config, logger } = context;
    const community = CommunityId.parse(config.community);
    const gatewayId = context.gatewayId ?? (`${edge.protocol}_${randomText(9)}` as GatewayId);
    this.#edge = edge;
    this.#context = context;
    this.#bus = bus;
    this.#process = processFacts(config);
    this.failed = new Promise((tell) => {
      this.#tellFailed = tell;
    });
    this.#metrics = gatewayMetrics(context.registry, edge.protocol);
    this.#clock = new GatewayClock(logger, this.#metrics);
    this.#pump = new OutboxPump(
      config.limits,
      () => this.#journal.roster?.lastMessageNumber,
      () => this.#freshness.isFresh(),
      new OutboundBytes(config.limits, (bytes) => this.#metrics.outboundBytes.set(bytes)),
    );
    this.#freshness = new Freshness({
      freshMs: config.journal.freshMs,
      letGoMs: config.journal.letGoMs,
      onFresh: () => this.#goOn(),
      onLetGo: () => this.#letGo(),
    });
    this.#queries = new QueryPort({
      bus,
      community,
      gatewayId,
      logger,
      takenMs: config.journal.tryMs,
      queryMs: config.journal.queryMs,
      authenticateMs: config.journal.commandMs,
    });
    this.#questions = new Questions({
      queries: this.#queries,
      kind: () => ({ protocol: edge.protocol, traits: edge.traits(config) }),
      rhythm: config.journal,
      freshness: this.#freshness,
      applied: () => this.#journal.applied,
      whenApplied: (seq) => this.#journal.whenApplied(seq),
    });
    this.#commands = new CommandPort({
      bus,
      community,
      gatewayId,
      rhythm: config.journal,
      logger,
      isFresh: () => this.#freshness.isFresh(),
      whenApplied: (seq) => this.#journal.whenApplied(seq),
      askTerm: () => this.#heartbeat.beat(),
      onOutcome: (tookMs) => {
        this.#metrics.commandTime.observe(tookMs / 1_000);
        this.#settle();
      },
    });
    this.#files = new FilePort({
      store: servedFiles(bus, community, gatewayId),
      logger,
      limits: config.limits,
    });
    this.#trace = new MessageTrace({ gatewayId, clockAt: (steadyMs) => this.#clock.at(steadyMs) });
    this.#heartbeat = this.#newHeartbeat(community, gatewayId);
    this.#journal = new JournalView({
      bus,
      queries: this.#queries,
      community,
      logger,
      gapFillMs: config.journal.gapFillMs,
      fileBase: publicBase(context),
      extensions: edge.extensions?.(config) ?? [],
      apply: (record, roster) => {
        this.#commits.apply(record, roster);
        this.#heed(record, gatewayId);
        this.#metrics.feedLag.set(this.#journal.lag);
        this.#metrics.sessions.set(this.#audiences.size);
      },
      onLost: () => this.#lose(),
      onRoster: (roster) => this.#find(roster),
    });
    this.#audiences = new Audiences(edge.hears, () => this.#view().roster);
    const lane = this.#commands.ownLane(`canary_${randomText(9)}`);
    this.#perch = new Perch({
      protocol: edge.protocol,
      community,
      gatewayId,
      config,
      logger,
      metrics: this.#metrics,
      pump: this.#pump,
      nowMs: () => this.#clock.times().nowMs,
      whenApplied: (seq) => this.#journal.whenApplied(seq),
      command: (...given) => lane.send(...given),
    });
    this.#commits = new Commits({
      edge,
      logger,
      metrics: this.#metrics,
      commands: this.#commands,
      audiences: this.#audiences,
      view: () => this.#view(),
      trace: this.#trace,
      sessions: this.#sessions,
      onCanary: (signal) => this.#perch.tell(signal),
      onWithdrawn: () => this.#report(),
    });
    this.#connections = new Connections(
      {
        edge,
        config,
        logger,
        metrics: this.#metrics,
        pump: this.#pump,
        inbound: new InboundBytes(config.limits, (bytes) => this.#metrics.inboundBytes.set(bytes)),
        audiences: this.#audiences,
        random: randomText,
        view: () => this.#view(),
        log: new ConnectionLog(logger, config, () => this.#view()),
        isFresh: () => this.#freshness.isFresh(),
        ports: this.#sessionPorts(),
      },
      // A session's `session.close` is sent in the microtasks after this.
      () => setImmediate(() => this.#settle()),
    );
  }

  #newHeartbeat(community: CommunityId, gatewayId: GatewayId): Heartbeat {
    const { config, logger } = this.#context;
    return new Heartbeat({
      bus: this.#bus,
      community,
      gatewayId,
      logger,
      everyMs: config.journal.heartbeatMs,
      limitMs: config.journal.tryMs,
      applied: () => this.#journal.applied,
      sessions: this.#sessions,
      process: this.#process,
      traceOf: (number) => this.#trace.of(number),
      onReply: ({ term, last, lastId, unknown, time, process }, sent) => {
        if (process !== undefined && !this.#fits(process)) return;
        for (const sessionId of unknown ?? []) this.#disown(sessionId);
        // Of a lower term it is no sign of a leader. Its proof still counts, being one by the record's own id: a
        // journal that went back behind a leader's start is led by lower terms.
        const isLeader = term >= this.#commands.term;
        if (isLeader) this.#clock.heard(time, sent.monotonicMs);
        this.#commands.learn(term);
        this.#journal.prove(last, lastId);
        if (!isLeader || !this.#journal.current) return;
        const prove = (): void => {
          if (this.#journal.hasApplied(last, lastId)) this.#freshness.prove(sent);
        };
        if (this.#journal.applied >= last) prove();
        else void this.#journal.whenApplied(last).then(prove);
      },
    });
  }

  /** Every process of a community has the same rhythm: who comes with another one goes again. */
  #fits(leader: ProcessFacts): boolean {
    const misfit = sayMisfit(this.#process, leader, "the leader");
    if (misfit === undefined) this.#isFitting = true;
    else if (!this.#isFitting) this.#tellFailed(misfit);
    return this.#isFitting;
  }

  get port(): number {
    return this.#listeners[0]?.port ?? 0;
  }

  #sessionPorts(): SessionPorts {
    return {
      commands: this.#commands,
      newSessionId: () => randomText(24) as SessionId,
      authenticate: (...who) => this.#questions.authenticate(...who),
      ask: (...question) => this.#questions.ask(...question),
      abandon: (sessionId) => this.#sessions.delete(sessionId),
      factsOf: factsOfBytes,
      keep: (bytes, facts) => this.#files.keep(sourceOf(bytes), facts),
      view: () => this.#view(),
      slices: this.#slices,
    };
  }

  // ---- life ---------------------------------------------------------------------------------------------

  async start(): Promise<void> {
    const { config, logger } = this.#context;
    await this.#listen();
    const community = CommunityId.parse(config.community);
    this.#bus.subscribe(subject.signals(community), ({ data }) => {
      // Of what is late nobody is told: it means nothing any more.
      if (this.#journal.current && this.#freshness.isFresh()) this.#commits.signal(data);
    });
    this.#bus.onConnection((connected) => {
      if (connected) this.#heartbeat.beat();
    });
    const found = new Promise<void>((resolve) => {
      this.#found = resolve;
    });
    this.#busMeter = measureBus(
      this.#bus,
      this.#context.registry,
      `gateway-${this.#edge.protocol}`,
    );
    this.#heartbeat.start();
    this.#lookout = setInterval(() => this.#look(), config.journal.heartbeatMs).unref();
    void this.#journal.start();
    this.#perch.start(this.#listeners[0]);
    await within(found, patienceMs);
    logger.info({ port: this.port, roster: this.#journal.current }, "gateway is up");
  }

  /** Listens on every transport, or on none. */
  async #listen(): Promise<void> {
    const { config, logger } = this.#context;
    const host = {
      protocol: this.#edge.protocol,
      config,
      logger,
      isServing: () => !this.#isParting && this.#journal.current && !this.#freshness.hasLetGo,
      regained: () => this.#freshness.regained(config.journal.queryMs),
      hasRoom: () => this.#connections.hasRoom(),
      accept: (socket: FrameSocket) => this.#connections.accept(socket),
      ownKey: this.#perch.key,
      acceptOwn: (socket: FrameSocket) => this.#perch.accept(socket),
      onRefused: (status: string) => this.#metrics.refusedUpgrades.inc({ status }),
      requests: openRequests({
        view: () => this.#view(),
        connections: () => this.#connections.size,
        commands: this.#commands,
        questions: this.#questions,
        files: this.#files,
        name: `http_${randomText(9)}`,
      }),
    };
    try {
      for (const transport of this.#edge.transports) {
        this.#listeners.push(await transport.listen(host));
      }
    } catch (error) {
      await Promise.all(this.#listeners.map((listener) => listener.close()));
      throw error;
    }
  }

  ready(): ReturnType<Service["ready"]> {
    if (this.#stopping !== undefined) return { ready: false, why: "draining" };
    if (!this.#bus.connected) return { ready: false, why: "bus" };
    if (!this.#journal.current) return { ready: false, why: "roster" };
    const { halt } = this.#journal;
    if (halt !== undefined) return { ready: false, why: sayHalt(halt) };
    if (this.#journal.lag > lagMax) return { ready: false, why: "lag" };
    if (this.#freshness.ageMs() > heardLatelyMs) return { ready: false, why: "leader" };
    // No limit hangs on our own clock (docs/journal.md 1.6), and what does not cross would not at another gateway either:
    // both are told, and stop nobody.
    const warnings = [this.#clock.warning, this.#perch.warning].filter((why) => why !== undefined);
    return warnings.length === 0 ? { ready: true } : { ready: true, warn: warnings.join("; ") };
  }

  /** What an operator asks of processes that run. */
  #heed({ batch }: FeedRecord, gatewayId: GatewayId): void {
    for (const { cause, events } of batch.commits) {
      for (const event of events) {
        if (event.type === "server.phased" && event.standing.protocol === this.#edge.protocol) {
          this.#connections.letBack(this.#context.config.journal.comeBackMs);
        }
        if (event.type !== "server.signalled") continue;
        if (event.signal === "reload") hangUp(cause.commandId, event.revision);
        else if (event.gatewayId === gatewayId && this.#stopping === undefined) {
          this.#context.logger.info("drained, as an operator asks; it serves again once restarted");
          void this.stop();
        }
      }
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    const { drainMs, drainAheadMs, drainPerSecond, drainSpreadMs } = this.#context.config;
    // Who asks `/readyz` sends nobody any more before the first socket ends.
    if (this.#connections.size > 0) await pause(drainAheadMs);
    this.#isParting = true;
    for (const listener of this.#listeners) listener.stopAccepting();
    this.#perch.stop();
    const overMs = Math.min(drainSpreadMs, (this.#connections.size / drainPerSecond) * 1_000);
    this.#connections.drain(overMs, drainMs);
    const quiet = new Promise<void>((resolve) => {
      this.#quiet = resolve;
    });
    this.#settle();
    // For the answers of the last one, and for the leader to hear that it has left.
    await within(quiet, overMs + 2 * drainMs);
    this.#connections.terminate();
    clearInterval(this.#lookout);
    this.#busMeter?.stop();
    this.#heartbeat.stop();
    this.#journal.stop();
    this.#commits.forget();
    this.#commands.stop();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    await this.#bus.close();
  }

  /** Ends the wait of `#drain` when nobody is left and everybody's leaving is known to the leader. */
  #settle(): void {
    if (this.#connections.size === 0 && this.#commands.size === 0) this.#quiet?.();
  }

  /** Journal 4.5: that somebody was put out is reported at once: whoever did it waits for that. */
  #report(): void {
    if (this.#reporting) return;
    this.#reporting = true;
    queueMicrotask(() => {
      this.#reporting = false;
      this.#heartbeat.beat();
    });
  }

  // ---- freshness (docs/journal.md 4.4) ------------------------------------------------------------------

  #look(): void {
    this.#freshness.look();
    this.#metrics.fresh.set(this.#freshness.isFresh() ? 1 : 0);
    this.#metrics.waitingCommands.set(this.#commands.size);
    this.#metrics.waitingLists.set(this.#slices.waiting);
  }

  /** What waited goes out first, then the frames that came meanwhile are answered. */
  #goOn(): void {
    this.#pump.release();
    this.#commands.resume();
    this.#connections.wake();
  }

  #letGo(): void {
    const { comeBackMs } = this.#context.config.journal;
    const connections = this.#connections.size;
    this.#context.logger.warn({ connections }, "not fresh for too long; connections are let go");
    this.#connections.letGo(closings.drain, comeBackMs);
  }

  // ---- the feed -----------------------------------------------------------------------------------------

  #view(): View {
    const { roster } = this.#journal;
    if (roster === undefined) throw new Error("no roster yet");
    return {
      roster,
      config: this.#context.config,
      ...this.#clock.times(),
      lineNumber: () => {
        this.#lineNumber += 1;
        return this.#lineNumber - 1;
      },
    };
  }

  #find(roster: Roster): void {
    this.#commits.forget();
    this.#audiences.forget();
    this.#sessions.clear();
    this.#commands.restart(roster.term);
    this.#found?.();
  }

  /** There is no such session: whoever has a socket for it comes back for one that is. */
  #disown(sessionId: SessionId): void {
    this.#sessions.delete(sessionId);
    this.#audiences.bySession(sessionId)?.close(closings.unknownOutcome);
  }

  /** The journal went back: what clients know may be false. They come back for the truth. */
  #lose(): void {
    this.#connections.letGo(closings.drain, this.#context.config.drainMs);
  }
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
