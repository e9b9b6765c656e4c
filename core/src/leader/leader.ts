/**
 * The single writer of a community for one term. For each batch it takes the commands that have arrived, decides
 * them in order on a state that it evolves as it goes, appends their events, and only then speaks.
 * Implements docs/journal.md 2 and 3.
 */
import { randomUUID } from "node:crypto";
import { setImmediate as immediate } from "node:timers/promises";
import {
  type Batch,
  batchBytesMax,
  batchCommandsMax,
  type CommandId,
  type CommandReply,
  type CommunityId,
  encode,
  featureLevel,
  type GatewayId,
  gistOf,
  type Heartbeat,
  type Protocol,
  type SignalEnvelope,
  subject,
  withdraws,
} from "@dragoman/bus-schema";
import {
  type Bus,
  type Config,
  describedPhases,
  type EdgeFacts,
  EventLog,
  FileStore,
  type Logger,
  processFacts,
  softwareVersion,
} from "@dragoman/service-kit";
import {
  type Admitted,
  crowdedProtocols,
  type Grant,
  type Internal,
  refusedPhases,
  signalOf,
  timers,
} from "../decider/index.ts";
import type { History } from "../history/history.ts";
import { makeGrant } from "../identity/grant.ts";
import type { Local } from "../identity/local.ts";
import type { Secrets } from "../identity/secrets.ts";
import type { Tiers } from "../identity/tier.ts";
import { type Appended, append } from "../journal/append.ts";
import type { JournalClock } from "../journal/clock.ts";
import type { Lease } from "../journal/lease.ts";
import type { Replica } from "../journal/replica.ts";
import type { CoreMetrics } from "../metrics.ts";
import { Pusher } from "../push/pusher.ts";
import { SnapshotSchedule } from "../snapshot/schedule.ts";
import type { Snapshots } from "../snapshot/snapshots.ts";
import type { CoreTrace } from "../trace.ts";
import { Answers } from "./answers.ts";
import { BatchTrace } from "./batch-trace.ts";
import { settingsWriter } from "./configure.ts";
import { Decisions, type EncodedCommit, type Moment } from "./decisions.ts";
import { Eraser } from "./eraser.ts";
import { tellStored } from "./event-lines.ts";
import { Hashes } from "./hashes.ts";
import { Intake } from "./intake.ts";
import { Janitor } from "./janitor.ts";
import { lookupSources } from "./lookup-sources.ts";
import { Peers } from "./peers.ts";
import { CommandQueue, type QueuedCommand } from "./queue.ts";
import { Reach } from "./reach.ts";
import { Retention } from "./retention.ts";
import type { Room } from "./room.ts";
import { Schedule } from "./schedule.ts";
import { type Compared, SessionLists } from "./session-lists.ts";
import { Tracing } from "./tracing.ts";

export interface LeaderOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  /** Of the deployment: what their sections may hold. */
  readonly edges: readonly EdgeFacts[];
  /** See `Inputs`. */
  readonly reservedNames: ReadonlySet<string>;
  /** See `Inputs`. */
  readonly protocols: readonly Protocol[];
  readonly replica: Replica;
  readonly room: Room;
  /** What this core remembers of messages. */
  readonly trace: CoreTrace;
  readonly clock: JournalClock;
  readonly lease: Lease;
  readonly history: History;
  readonly snapshots: Snapshots;
  readonly secrets: Secrets;
  readonly tiers: Tiers;
  readonly local: Local;
  /** Counts this core's own commands. */
  readonly nextCommandId: () => CommandId;
  readonly logger: Logger;
  readonly metrics: Pick<
    CoreMetrics,
    | "commands"
    | "rejections"
    | "limited"
    | "leading"
    | "snapshots"
    | "appends"
    | "appendTime"
    | "waitingNotifications"
  >;
}

/** The answer to a command, given once its batch is stored. */
interface Outcome {
  readonly command: QueuedCommand;
  readonly reply: CommandReply;
  readonly grant: Grant | undefined;
  /** Journal 4.5: it is answered when the record at this place has taken its effect at every gateway. */
  readonly everywhere: number | undefined;
}

/** Ends behind which nothing is under way any more. */
const settledEnds: readonly string[] = ["stopped", "fenced", "full"] satisfies (
  | Appended
  | "stopped"
)[];
/** How often it is looked for gateways that no longer live. */
const livenessMs = 250;
/** What the clock may differ from the journal's time before a record says so. */
const apartMs = 1_000;

/** Leads until the lease is lost, the fence closes or `stop` is called. */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #term: number;
  readonly #answers: Answers;
  readonly #events: EventLog;
  readonly #queue: CommandQueue;
  readonly #decisions: Decisions;
  readonly #intake: Intake;
  readonly #hashes: Hashes;
  readonly #schedule: Schedule;
  readonly #janitor: Janitor;
  readonly #reach: Reach;
  readonly #peers: Peers;
  /** The level was asked for in this term. */
  #isLevelled = false;
  readonly #retention: Retention;
  readonly #eraser: Eraser;
  readonly #snapshots: SnapshotSchedule;
  #lists: SessionLists | undefined;
  readonly #ended: Promise<string>;
  #end: (why: string) => void = () => undefined;
  #over = false;
  #deciding = false;
  #livenessTimer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(options: LeaderOptions, term: number) {
    const { bus, community, config, replica, room, lease, secrets, history } = options;
    const { tiers, local, logger } = options;
    const state = () => replica.state;
    this.#options = options;
    this.#term = term;
    this.#answers = new Answers(bus, lease, term);
    this.#events = new EventLog(logger);
    this.#decisions = new Decisions(options, term);
    this.#queue = new CommandQueue({
      state,
      sources: lookupSources(
        replica,
        secrets,
        history,
        tiers,
        config.push,
        local,
        settingsWriter(bus, community, options.edges, () =>
          room.refusal("server.configure", false),
        ),
      ),
      logger,
      ready: () => this.#kick(),
    });
    this.#reach = new Reach(config.journal.freshMs);
    this.#peers = new Peers(featureLevel, config.journal.gatewayMs);
    this.#intake = new Intake({
      bus,
      community,
      config,
      term,
      replica,
      decisions: this.#decisions,
      queue: this.#queue,
      answers: this.#answers,
      process: processFacts(config),
      peers: this.#peers,
      logger,
      reach: this.#reach,
      trace: options.trace,
      tracing: new Tracing(bus, community),
      compare: (gatewayId, beat) => this.#compare(gatewayId, beat),
    });
    this.#hashes = new Hashes({ state, secrets, mayAct: () => lease.holds(), logger });
    this.#schedule = new Schedule(
      () => timers(replica.state),
      () => replica.nowMs,
      (body) => this.#own(body),
    );
    this.#janitor = new Janitor({
      files: new FileStore(bus, community),
      state,
      unusedMs: config.attachments.unusedMs,
      logger,
    });
    this.#retention = new Retention({
      ...options,
      mayAct: () => lease.holds(),
      give: (body) => this.#own(body),
    });
    this.#eraser = new Eraser({
      ...options,
      files: new FileStore(bus, community),
      mayAct: () => lease.holds(),
      give: (body) => this.#own(body),
    });
    this.#snapshots = new SnapshotSchedule({
      ...options,
      historyPath: history.path,
      erasedThrough: () => replica.state.erasedThrough,
      position: () => replica.position.seq,
      journalLevel: () => replica.state.level,
      isTight: () => room.isTight,
      isDiskShort: () => room.isDiskShort,
    });
    this.#ended = new Promise((resolve) => {
      this.#end = (why) => {
        if (!this.#over && settledEnds.includes(why))
          lease.settle({ term, seq: replica.position.seq });
        this.#over = true;
        resolve(why);
      };
    });
  }

  /** Leads. @returns why it ended; the replica's state is then to be dropped */
  async run(): Promise<string> {
    const { lease, logger, metrics, replica, secrets } = this.#options;
    metrics.leading.set(1);
    logger.info({ term: this.#term }, "leading");
    lease.setTerm(this.#term);
    this.#reach.begin(replica.state.sessionsAt.keys());
    this.#lists = new SessionLists(replica.state.sessionsAt, replica.position.seq);
    replica.addConsumer(({ seq, batch }) => this.#lists?.stored(batch.commits, seq));
    lease.onChange((held) => {
      if (held) this.#listen();
      else this.#deafen();
      if (lease.ended) this.#end("lease lost");
    });
    if (lease.holds()) this.#listen();
    if (lease.ended) this.#end("lease lost");
    this.#consume();
    this.describe();
    this.#livenessTimer = setInterval(() => this.#closeLost(), livenessMs);
    this.#schedule.arm();
    this.#janitor.start();
    this.#hashes.start();
    this.#retention.start();
    this.#eraser.start();
    this.#snapshots.start();
    secrets.addresses.sweep(replica.state, logger);
    const why = await this.#ended;
    this.#deafen();
    clearInterval(this.#livenessTimer);
    this.#schedule.stop();
    this.#janitor.stop();
    this.#reach.stop();
    this.#hashes.stop();
    this.#retention.stop();
    this.#eraser.stop();
    await this.#snapshots.stop();
    metrics.leading.set(0);
    const details = { term: this.#term, why };
    if (why === "stopped") logger.info(details, "leads no more");
    else logger.warn(details, "leads no more");
    return why;
  }

  /** Commands that wait to be decided. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Finishes the batch under way and gives the lead up. */
  async stop(): Promise<void> {
    this.#deafen();
    if (this.#deciding) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    this.#end("stopped");
  }

  /** What only the leader's core makes of the records. */
  #consume(): void {
    const { replica, secrets, config, logger } = this.#options;
    const pusher = new Pusher({
      store: secrets.push,
      state: () => replica.state,
      config: config.push,
      expire: (subscriptionId) => this.#own({ type: "push.expire", subscriptionId }),
      metrics: this.#options.metrics,
      logger,
    });
    replica.addConsumer(({ batch }) => this.#hashes.stored(batch.commits));
    replica.addConsumer(({ batch }) => this.#janitor.stored(batch.commits));
    replica.addConsumer(({ seq }) => this.#snapshots.stored(seq));
    replica.addConsumer(({ batch }) => pusher.stored(batch.commits, batch.at));
    replica.addConsumer(({ batch }) => {
      secrets.addresses.stored(batch.commits, replica.state, logger);
    });
  }

  // ---- intake --------------------------------------------------------------------------------------------

  #listen(): void {
    if (this.#over) return;
    this.#intake.start();
    this.#kick();
  }

  /** Journal 2.5: without authority nothing is answered at all; the gateways ask again. */
  #deafen(): void {
    this.#intake.stop();
    this.#queue.dropRequests();
  }

  /** A command of core's own: timers, seeds, lost gateways. */
  #own(body: Internal): void {
    this.#queue.add({ id: this.#options.nextCommandId(), body, actor: "core" }, Infinity);
  }

  /** Tells the community what the configuration says of it, where that is news. */
  describe(): void {
    const { server, limits } = this.#options.config;
    const description = { ...server, postContentMax: limits.postContent };
    const isEmpty = this.#options.replica.state.server === undefined;
    this.#own({ type: isEmpty ? "community.seed" : "server.describe", server: description });
    // To what is before the first version there is no way back.
    if (isEmpty)
      this.#own({ type: "journal.level", level: featureLevel, version: softwareVersion });
    this.#stand();
  }

  /** Has protocols stand where the configuration says, where that is news. */
  #stand(): void {
    const { config, replica, protocols, logger } = this.#options;
    const phases = describedPhases(config);
    this.#own({ type: "server.stand", phases });
    const { state, time } = replica;
    const inputs = { clockMs: time.clockMs, protocols };
    for (const protocol of refusedPhases({ state, nowMs: time.nowMs, inputs }, phases)) {
      logger.warn(
        { protocol },
        "phases of the configuration close the last protocol: not taken over, open another first",
      );
    }
  }

  #closeLost(): void {
    this.#options.clock.steer();
    if (!this.#options.lease.holds()) return;
    // Between two batches nothing is under way; whoever follows refuses without a try.
    if (!this.#options.room.look() && !this.#deciding) this.#end("full");
    this.#raiseLevel();
    const { state } = this.#options.replica;
    for (const protocol of crowdedProtocols(state)) this.#own({ type: "session.evict", protocol });
    const known = state.sessionsAt;
    for (const gatewayId of this.#intake.silent(known, livenessMs)) {
      this.#options.logger.info({ gatewayId }, "gateway is silent; its sessions are closed");
      this.#own({ type: "gateway.lost", gatewayId });
    }
  }

  /** Journal 1.7: what this version brought is used once every process has known it for long enough. */
  #raiseLevel(): void {
    const { config, replica } = this.#options;
    if (this.#isLevelled || replica.state.level >= featureLevel) return;
    if (this.#peers.knownForMs() < config.journal.levelMs) return;
    this.#isLevelled = true;
    this.#own({ type: "journal.level", level: featureLevel, version: softwareVersion });
    // It could not be told before.
    this.#stand();
  }

  /** Journal 4.6: sessions for which a gateway has no socket end. */
  #compare(gatewayId: GatewayId, beat: Heartbeat): Compared["reply"] {
    const { reply, lost } = this.#lists?.compare(gatewayId, beat) ?? { reply: {}, lost: [] };
    if (lost.length > 0 || reply.unknown !== undefined) {
      const { unknown } = reply;
      this.#options.logger.warn({ gatewayId, lost, unknown }, "gateway has other sessions");
    }
    if (lost.length > 0) this.#own({ type: "gateway.lost", gatewayId, only: lost });
    return reply;
  }

  // ---- deciding ------------------------------------------------------------------------------------------

  #kick(): void {
    if (this.#deciding || this.#over) return;
    this.#deciding = true;
    setImmediate(() => void this.#decideQueue());
  }

  async #decideQueue(): Promise<void> {
    try {
      while (!this.#queue.isEmpty && !this.#over && this.#options.lease.holds()) {
        await this.#commitBatch();
        // Whoever waited for a settled state reads it now, before the next batch runs ahead again.
        await immediate();
      }
    } catch (error) {
      this.#options.logger.fatal({ err: error }, "batch failed; state is dropped");
      this.#end("batch failed");
    }
    this.#deciding = false;
    this.#idle?.();
    if (!this.#queue.isEmpty && this.#options.lease.holds()) this.#kick();
  }

  async #commitBatch(): Promise<void> {
    const { replica, room } = this.#options;
    if (!room.look()) {
      this.#end("full");
      return;
    }
    const { nowMs: at, clockMs } = replica.time;
    const lateMs = performance.now();
    const seq = replica.position.seq + 1;
    const outcomes: Outcome[] = [];
    const commits: EncodedCommit[] = [];
    const trace = new BatchTrace(seq, this.#options.trace);
    let bytes = 0;
    let taken = 0;
    for (const command of this.#queue.ready()) {
      if (commits.length >= batchCommandsMax || bytes >= batchBytesMax) break;
      taken += 1;
      const moment = { seq, at, clockMs, isLate: command.untilMs < lateMs };
      const { reply, grant, stored } = this.#decisions.decide(command, moment);
      outcomes.push({ command, reply, grant, everywhere: awaited(reply, stored) });
      if (stored === undefined) continue;
      trace.add(command, stored);
      commits.push(stored);
      bytes += stored.bytes;
    }
    this.#queue.drop(taken);
    if (commits.length > 0 && !(await this.#store(seq, { at, clockMs }, commits, trace))) return;
    this.#speak(outcomes);
    this.#schedule.arm();
  }

  // ---- storing and speaking ------------------------------------------------------------------------------

  async #store(
    seq: number,
    { at, clockMs }: Pick<Moment, "at" | "clockMs">,
    stored: readonly EncodedCommit[],
    trace: BatchTrace,
  ): Promise<boolean> {
    const { bus, community, lease, logger, replica, config, metrics } = this.#options;
    const head = {
      v: 2 as const,
      id: randomUUID(),
      term: this.#term,
      prev: replica.position.id,
      at,
      ...(Math.abs(at - clockMs) > apartMs ? { clockMs } : {}),
    };
    const encoded = stored.map(({ json }) => json).join(",");
    const text = `${JSON.stringify(head).slice(0, -1)},"commits":[${encoded}]}`;
    const batch: Batch = { ...head, commits: stored.map(({ commit }) => commit) };
    const limitMs = config.journal.renewLimitMs;
    const gist = gistOf(batch);
    const stop = metrics.appendTime.startTimer();
    const outcome = await append(
      {
        bus,
        community,
        authority: lease,
        logger,
        limitMs,
        ...(gist === undefined ? {} : { gist }),
        ...(trace.header === undefined ? {} : { traces: trace.header }),
        onFull: (words) => this.#options.room.refused(seq, words),
      },
      head.id,
      Buffer.from(text),
      seq - 1,
    );
    stop();
    metrics.appends.inc({ outcome });
    trace.end(outcome);
    if (outcome !== "stored") {
      // Journal 2.3: step down without a word to those who wait.
      this.#end(outcome);
      return false;
    }
    this.#options.room.stored(text.length);
    replica.committed({ seq, batch, unknown: [] });
    for (const commit of batch.commits) tellStored(this.#events, replica.state, commit);
    return true;
  }

  #speak(outcomes: readonly Outcome[]): void {
    const { bus, community, lease, replica } = this.#options;
    for (const { command, reply, grant, everywhere } of outcomes) {
      if (grant !== undefined) this.#give(command, reply, grant);
      else if (everywhere !== undefined) void this.#giveOnce(everywhere, command, reply);
      else if (command.request !== undefined) this.#answers.give(command.request, reply);
      if (!reply.ok) this.#dropAddress(command.admitted);
      this.#hashes.answered(command, reply.ok);
      const signal = reply.ok ? signalOf(replica.state, command.admitted) : null;
      if (signal === null || !lease.holds()) continue;
      const envelope: SignalEnvelope = { v: 1, term: this.#term, signal };
      bus.publish(subject.signal(community, signal.type), encode(envelope));
    }
  }

  /** Answers with what the command gives, once it is made. Without an answer the command is repeated. */
  #give({ admitted, request }: QueuedCommand, reply: CommandReply, grant: Grant): void {
    if (request === undefined) return;
    makeGrant(this.#options, admitted.id, grant)
      .then((made) => this.#answers.give(request, { ...reply, grant: made }))
      .catch((error: unknown) => {
        this.#options.logger.error({ err: error, id: admitted.id }, "grant not made");
      });
  }

  /**
   * Answers when the record at `seq` has taken its effect at every gateway, or the gateway has gone silent, and what
   * a ban bars is kept.
   */
  async #giveOnce(seq: number, { request }: QueuedCommand, reply: CommandReply): Promise<void> {
    if (request === undefined) return;
    const without = await this.#reach.everywhere(seq);
    if (without.length > 0) {
      this.#options.logger.warn({ seq, without }, "gateways that are not fresh are not waited for");
    }
    // Whoever banned somebody finds the addresses in the list of bans, of whichever core it is asked.
    await this.#options.secrets.addresses.allBarred();
    this.#answers.give(request, reply);
  }

  /** The address of a session that did not come to be is nobody's business. */
  #dropAddress({ body, sessionId }: Admitted): void {
    if (body.type !== "session.open" || sessionId === undefined) return;
    const { secrets, replica, logger } = this.#options;
    if (!replica.state.sessions.has(sessionId)) secrets.addresses.refused(sessionId, logger);
  }
}

/** The record whose effect an answer waits for. Of a repeat it is not known what it stored, so it waits in any case. */
function awaited(reply: CommandReply, stored: EncodedCommit | undefined): number | undefined {
  if (!reply.ok || reply.seq === null) return undefined;
  return stored === undefined || stored.commit.events.some(withdraws) ? reply.seq : undefined;
}
