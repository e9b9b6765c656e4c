/**
 * The way of a commit through a gateway: into the roster, event by event rendered and delivered, and at its end the
 * command that caused it is settled, so that the actor's own reply stands at the commit's place.
 */
import {
  type CanarySignal,
  type Commit,
  decode,
  type Event,
  type EventOf,
  type SessionSet,
  SignalEnvelope,
  withdraws,
} from "@dragoman/bus-schema";
import {
  type FeedRecord,
  isTracing,
  type Logger,
  type Span,
  startSpan,
} from "@dragoman/service-kit";
import type { Audiences } from "./audience.ts";
import { type Closing, closings } from "./closing.ts";
import type { CommandPort, Pending } from "./commands.ts";
import type { Connection } from "./connection.ts";
import type { Edge } from "./edge.ts";
import { Fanout } from "./fanout.ts";
import { Gatherer } from "./gather.ts";
import type { MessageTrace } from "./message-trace.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Roster } from "./roster/roster.ts";
import type { View } from "./view.ts";

/** Why a connection ends whose session the leader has closed (journal 4.5), if its edge has not said so itself. */
const closingBy: Readonly<Record<EventOf<"session.closed">["why"], Closing>> = {
  leave: closings.drain,
  timeout: closings.timeout,
  kick: closings.kicked(null, ""),
  ban: closings.banned(null, ""),
  flood: closings.floodedOut(null),
  resumed: closings.drain,
  gateway: closings.drain,
  depart: closings.departed,
  password: closings.password,
  // The client signs in again and is the other account.
  merged: closings.drain,
  // It comes back, and is refused in words.
  phase: closings.phase,
};

/** Where traces are sent: what this gateway does about a record, for each command in it whose way is followed. */
function deliverySpans({ traces, seq }: FeedRecord, protocol: string): readonly Span[] {
  if (traces === undefined || !isTracing()) return [];
  const about = { "dragoman.protocol": protocol, "dragoman.seq": seq };
  return traces.flatMap((parent) => startSpan("deliver", about, parent) ?? []);
}

export interface CommitsOptions<Own, Dialect extends string> {
  readonly edge: Edge<Own, Dialect>;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly commands: CommandPort;
  readonly audiences: Audiences<Connection<Own, Dialect>, Dialect>;
  readonly view: () => View;
  /** Remembers when messages were delivered. */
  readonly trace: MessageTrace;
  /** Kept in step: the sessions that this gateway accounts for. */
  readonly sessions: SessionSet;
  /** A canary was told of. */
  readonly onCanary: (signal: CanarySignal) => void;
  /** A record was applied that puts somebody out, or may have taken the right to read. */
  readonly onWithdrawn: () => void;
}

export class Commits<Own, Dialect extends string> {
  readonly #options: CommitsOptions<Own, Dialect>;
  readonly #fanout: Fanout<Connection<Own, Dialect>, Own, Dialect>;
  readonly #gatherer = new Gatherer((events) => this.#tell(events));

  constructor(options: CommitsOptions<Own, Dialect>) {
    const { audiences, metrics } = options;
    this.#options = options;
    this.#fanout = new Fanout(audiences, metrics);
  }

  /** Takes the next record in. */
  apply(record: FeedRecord, roster: Roster): void {
    const { commands, logger, metrics } = this.#options;
    if (record.unknown.length > 0) {
      metrics.unknownEvents.inc(record.unknown.length);
      logger.warn({ seq: record.seq, types: record.unknown }, "unknown events");
    }
    commands.learn(record.batch.term);
    const spans = deliverySpans(record, this.#options.edge.protocol);
    for (const commit of record.batch.commits) this.#commit(commit, record, roster);
    for (const span of spans) span.end();
    this.#time(record);
    if (record.batch.commits.some(({ events }) => events.some(withdraws))) {
      this.#options.onWithdrawn();
    }
  }

  /** How long the first message of a record was on its way: a sample, since those of a record come together. */
  #time({ batch }: FeedRecord): void {
    const message = batch.commits.find(
      ({ cause, events }) => cause.protocol !== undefined && events[0]?.type === "message.posted",
    );
    const from = message?.cause.protocol;
    if (from === undefined) return;
    const tookMs = Math.max(0, this.#options.view().nowMs - batch.at);
    this.#options.metrics.delivery.observe({ from }, tookMs / 1_000);
  }

  /** Delivers a signal, unless a leader sent it whose term is over (docs/journal.md 2.6). */
  signal(data: Uint8Array): void {
    const { edge, logger, commands, view } = this.#options;
    const decoded = decode(SignalEnvelope, data);
    if (!decoded.ok) {
      logger.warn({ why: decoded.why }, "signal cannot be read");
      return;
    }
    if (decoded.value.term < commands.term) return;
    const { signal } = decoded.value;
    if (signal.type === "canary") {
      this.#options.onCanary(signal);
      return;
    }
    const deliveries = edge.renderSignal(signal, view());
    this.#fanout.deliver(deliveries, { seq: Number.POSITIVE_INFINITY, event: undefined });
  }

  /** Forgets what waits to be told together. */
  forget(): void {
    this.#gatherer.clear();
  }

  #tell(events: readonly Event[]): void {
    const { edge, logger, metrics, view } = this.#options;
    try {
      const deliveries = edge.gather?.render(events, view()) ?? [];
      this.#fanout.deliver(deliveries, { seq: Number.POSITIVE_INFINITY, event: undefined });
    } catch (error) {
      metrics.renderFailures.inc();
      logger.error({ err: error, type: events[0]?.type }, "rendering failed");
    }
  }

  #commit(commit: Commit, record: FeedRecord, roster: Roster): void {
    const { commands, audiences, sessions } = this.#options;
    const pending = commands.find(commit.cause.commandId);
    pending?.sender.begin(commit);
    for (const event of commit.events) {
      const change = roster.apply(event, record.batch);
      this.#follow(event, change === "audience", roster);
      if (event.type === "session.opened" && pending !== undefined) {
        sessions.add(event.session.sessionId);
      } else if (event.type === "session.closed") sessions.delete(event.session.sessionId);
      this.#deliver(event, commit, record.seq, pending);
    }
    if (pending !== undefined) commands.settle(pending, commit);
    for (const event of commit.events) {
      if (event.type !== "session.closed") continue;
      audiences.bySession(event.session.sessionId)?.close(closingBy[event.why]);
    }
  }

  #deliver(event: Event, commit: Commit, seq: number, pending: Pending | undefined): void {
    const { edge, logger, metrics, trace, view } = this.#options;
    try {
      const reached = this.#fanout.deliver(edge.render(event, commit, view()), { seq, event });
      if (event.type === "message.posted" || event.type === "message.announced") {
        trace.delivered(event.message.number, reached, pending?.times);
      }
      const gathering = edge.gather?.by(event, view());
      if (gathering !== undefined) this.#gatherer.add(event, gathering);
    } catch (error) {
      // One event's bug must not stop those after it, nor reach who has no part in it.
      metrics.renderFailures.inc();
      logger.error({ err: error, seq, type: event.type }, "rendering failed");
    }
  }

  /** Keeps connections and audiences in step with the roster. */
  #follow(event: Event, bearsOnAudiences: boolean, roster: Roster): void {
    const { audiences } = this.#options;
    switch (event.type) {
      case "session.opened":
        audiences.bySession(event.session.sessionId)?.updateSession(event.session);
        return;
      case "session.moved": {
        const session = roster.session(event.sessionId);
        if (session !== undefined) audiences.bySession(event.sessionId)?.updateSession(session);
        return;
      }
      case "session.dropped":
      case "session.closed":
        return;
      default:
        if (bearsOnAudiences) audiences.forget();
    }
  }
}
