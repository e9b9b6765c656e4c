/**
 * The single writer of a community for one term. For each batch it takes the commands that have arrived, decides
 * them in order on a state that it evolves as it goes, appends their events, and only then speaks.
 * Implements docs/journal.md 2 and 3.
 */
import { randomUUID } from "node:crypto";
import {
  type Batch,
  batchBytesMax,
  batchCommandsMax,
  type CommandId,
  type CommandReply,
  type CommunityId,
  encode,
  type Rejection,
  type SignalEnvelope,
  subject,
  type WebhookTokenId,
} from "@dragoman/bus-schema";
import { type Bus, type Config, FileStore, type Logger, type Msg } from "@dragoman/service-kit";
import {
  type Admitted,
  type Internal,
  type Lookups,
  needs,
  signalOf,
  timers,
  type VerifiedTicket,
} from "../decider/index.ts";
import type { History } from "../history/history.ts";
import type { Addresses } from "../identity/addresses.ts";
import { append } from "../journal/append.ts";
import type { Lease } from "../journal/lease.ts";
import type { Replica } from "../journal/replica.ts";
import type { CoreMetrics } from "../metrics.ts";
import { Pusher } from "../push/pusher.ts";
import type { PushStore } from "../push/store.ts";
import { Decisions, type EncodedCommit, type QueuedCommand } from "./decisions.ts";
import { Intake } from "./intake.ts";
import { Janitor } from "./janitor.ts";
import { type ChannelPasswords, type LookupSources, lookUp } from "./lookup.ts";
import { Schedule } from "./schedule.ts";

export interface LeaderOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly coreId: string;
  readonly config: Config;
  readonly replica: Replica;
  readonly history: History;
  readonly lease: Lease;
  /** Checks the signature of a ticket; null: forged. */
  readonly verifyTicket: (ticket: string) => VerifiedTicket | null;
  /** Takes a link code; null: nobody's, or no longer good. */
  readonly redeem: LookupSources["redeem"];
  readonly addresses: Addresses;
  /** The id of a webhook token; null: forged. */
  readonly verifyWebhookToken: (token: string) => WebhookTokenId | null;
  readonly passwords: ChannelPasswords;
  readonly tier: LookupSources["tier"];
  readonly push: PushStore;
  /** Counts this core's own commands. */
  readonly nextCommandId: () => CommandId;
  readonly logger: Logger;
  readonly metrics: Pick<CoreMetrics, "commands" | "leading">;
}

/** What is said of an item once its batch is stored. */
interface Outcome {
  readonly item: QueuedCommand;
  readonly reply: CommandReply;
}

const noLookups: Lookups = { messages: new Map() };
const silenceLookMs = 250;
/** Leads until the lease is lost, the fence closes or `stop` is called. */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #term: number;
  readonly #decisions: Decisions;
  readonly #intake: Intake;
  readonly #schedule: Schedule;
  readonly #janitor: Janitor;
  readonly #pusher: Pusher;
  readonly #ended: Promise<string>;
  #end: (why: string) => void = () => undefined;
  #over = false;
  #queue: QueuedCommand[] = [];
  /** Commands whose lookups are under way; they count against the intake's bound. */
  #preparing = 0;
  #deciding = false;
  #silenceTimer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(options: LeaderOptions, term: number) {
    this.#options = options;
    this.#term = term;
    this.#decisions = new Decisions(options, term);
    this.#intake = this.#newIntake();
    this.#schedule = new Schedule(
      () => timers(options.replica.state),
      (body) => this.#own(body),
    );
    this.#janitor = new Janitor({
      files: new FileStore(options.bus, options.community),
      state: () => options.replica.state,
      unusedMs: options.config.attachments.unusedMs,
      logger: options.logger,
    });
    this.#pusher = new Pusher({
      store: options.push,
      state: () => options.replica.state,
      config: options.config.push,
      expire: (subscriptionId) => this.#own({ type: "push.expire", subscriptionId }),
      logger: options.logger,
    });
    this.#ended = new Promise((resolve) => {
      this.#end = (why) => {
        this.#over = true;
        resolve(why);
      };
    });
  }

  #newIntake(): Intake {
    const { bus, community, config, replica } = this.#options;
    return new Intake({
      bus,
      community,
      config,
      term: this.#term,
      position: () => replica.position,
      waiting: () => this.#queue.length + this.#preparing,
      cooldownUntilMs: (userId) => this.#decisions.cooldownUntilMs(userId),
      take: (admitted, deadlineMs, request) => this.#prepare(admitted, deadlineMs, request),
      answer: (message, value) => this.#answer(message, value),
      refuse: (message, rejection) => this.#refuse(message, rejection),
    });
  }

  /** Leads. @returns why it ended; the replica's state is then to be dropped */
  async run(): Promise<string> {
    const { lease, logger, metrics, config } = this.#options;
    metrics.leading.set(1);
    logger.info({ term: this.#term }, "leading");
    lease.setTerm(this.#term);
    lease.onChange((held) => {
      if (held) this.#listen();
      else this.#deafen();
      if (lease.ended) this.#end("lease lost");
    });
    if (lease.holds()) this.#listen();
    if (lease.ended) this.#end("lease lost");
    const { server, limits } = config;
    const description = { ...server, postContentMax: limits.postContent };
    const empty = this.#options.replica.state.server === undefined;
    this.#own({ type: empty ? "community.seed" : "server.describe", server: description });
    this.#silenceTimer = setInterval(() => this.#lookForSilence(), silenceLookMs);
    this.#schedule.arm();
    this.#janitor.start();
    this.#options.addresses.sweep(this.#options.replica.state, logger);
    const why = await this.#ended;
    this.#deafen();
    clearInterval(this.#silenceTimer);
    this.#schedule.stop();
    this.#janitor.stop();
    metrics.leading.set(0);
    const details = { term: this.#term, why };
    if (why === "stopped") logger.info(details, "leads no more");
    else logger.warn(details, "leads no more");
    return why;
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

  // ---- intake -------------------------------------------------------------------------------------------

  #listen(): void {
    if (this.#over) return;
    this.#intake.start();
    this.#kick();
  }

  /** 2.5: without authority nothing is answered at all; the gateways ask again. */
  #deafen(): void {
    this.#intake.stop();
    this.#queue = this.#queue.filter((item) => item.request === undefined);
  }

  /** A command of core's own: timers, seeds, silent gateways. */
  #own(body: Internal): void {
    this.#prepare({ id: this.#options.nextCommandId(), body, actor: "core" }, Infinity);
  }

  /** Fetches what a decision must know before it is made; most need nothing. */
  #prepare(admitted: Admitted, deadlineMs: number, request?: Msg): void {
    const wanted = needs(this.#options.replica.state, admitted);
    const put = (lookups: Lookups): void => {
      this.#queue.push({ admitted, deadlineMs, lookups, ...(request ? { request } : {}) });
      this.#kick();
    };
    if (wanted.length === 0) {
      put(noLookups);
      return;
    }
    this.#preparing += 1;
    const { push } = this.#options;
    const subscription: LookupSources["subscription"] = (...given) => push.take(...given);
    lookUp(wanted, admitted, { ...this.#options, subscription })
      .then(put, (error: unknown) => {
        this.#options.logger.error({ err: error, id: admitted.id }, "lookup failed");
        if (request) this.#refuse(request, { code: "busy", waitMs: 1_000 });
      })
      .finally(() => {
        this.#preparing -= 1;
      });
  }

  // ---- deciding ------------------------------------------------------------------------------------------

  #kick(): void {
    if (this.#deciding || this.#over) return;
    this.#deciding = true;
    setImmediate(() => void this.#decideQueue());
  }

  async #decideQueue(): Promise<void> {
    try {
      while (this.#queue.length > 0 && !this.#over && this.#options.lease.holds()) {
        await this.#commitBatch();
        // Whoever waited for a settled state reads it now, before the next batch runs ahead again.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      this.#options.logger.fatal({ err: error }, "batch failed; state is dropped");
      this.#end("batch failed");
    }
    this.#deciding = false;
    this.#idle?.();
    if (this.#queue.length > 0 && this.#options.lease.holds()) this.#kick();
  }

  async #commitBatch(): Promise<void> {
    const { replica } = this.#options;
    const at = Math.max(Date.now(), replica.position.at);
    const seq = replica.position.seq + 1;
    const outcomes: Outcome[] = [];
    const commits: EncodedCommit[] = [];
    let bytes = 0;
    let taken = 0;
    for (const item of this.#queue) {
      if (commits.length >= batchCommandsMax || bytes >= batchBytesMax) break;
      taken += 1;
      if (item.deadlineMs < at) continue;
      const { reply, stored } = this.#decisions.decide(item, seq, at);
      outcomes.push({ item, reply });
      if (stored === undefined) continue;
      commits.push(stored);
      bytes += stored.bytes;
    }
    this.#queue = this.#queue.slice(taken);
    if (commits.length > 0 && !(await this.#store(seq, at, commits))) return;
    this.#speak(outcomes);
    this.#schedule.arm();
  }

  // ---- storing and speaking ------------------------------------------------------------------------------

  async #store(seq: number, at: number, stored: readonly EncodedCommit[]): Promise<boolean> {
    const { bus, community, lease, logger, replica, config } = this.#options;
    const head = {
      v: 1 as const,
      id: randomUUID(),
      term: this.#term,
      prev: replica.position.id,
      at,
    };
    const encoded = stored.map(({ json }) => json).join(",");
    const text = `${JSON.stringify(head).slice(0, -1)},"commits":[${encoded}]}`;
    const limitMs = config.journal.renewLimitMs;
    const outcome = await append(
      { bus, community, authority: lease, logger, limitMs },
      head.id,
      Buffer.from(text),
      seq - 1,
    );
    if (outcome !== "stored") {
      // 2.3: step down without a word to those who wait.
      this.#end(outcome);
      return false;
    }
    const batch: Batch = { ...head, commits: stored.map(({ commit }) => commit) };
    replica.committed({ seq, batch, unknown: [] });
    this.#janitor.stored(batch.commits);
    this.#pusher.stored(batch.commits, at);
    this.#options.addresses.stored(batch.commits, replica.state, logger);
    return true;
  }

  #speak(outcomes: readonly Outcome[]): void {
    for (const { item, reply } of outcomes) {
      if (item.request !== undefined) this.#answer(item.request, reply);
      if (!reply.ok) this.#dropAddress(item.admitted);
      const signal = reply.ok ? signalOf(this.#options.replica.state, item.admitted) : null;
      if (signal === null || !this.#options.lease.holds()) continue;
      const envelope: SignalEnvelope = { v: 1, term: this.#term, signal };
      this.#options.bus.publish(
        subject.signal(this.#options.community, signal.type),
        encode(envelope),
      );
    }
  }

  /** The address of a session that did not come to be is nobody's business. */
  #dropAddress({ body, sessionId }: Admitted): void {
    if (body.type !== "session.open" || sessionId === undefined) return;
    const { addresses, replica, logger } = this.#options;
    if (!replica.state.sessions.has(sessionId)) addresses.refused(sessionId, logger);
  }

  #answer(message: Msg, value: unknown): void {
    if (this.#options.lease.holds()) this.#options.bus.respond(message, encode(value));
  }

  #refuse(message: Msg, rejection: Rejection): void {
    this.#answer(message, { ok: false, term: this.#term, rejection } satisfies CommandReply);
  }

  // ---- time ----------------------------------------------------------------------------------------------

  #lookForSilence(): void {
    if (!this.#options.lease.holds()) return;
    const known = this.#options.replica.state.sessionsAt;
    for (const gatewayId of this.#intake.silent(known, silenceLookMs)) {
      this.#options.logger.info({ gatewayId }, "gateway is silent; its sessions are closed");
      this.#own({ type: "gateway.lost", gatewayId });
    }
  }
}
