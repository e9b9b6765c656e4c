/**
 * The way of a commit through a gateway: into the roster, event by event rendered and delivered, and at its end the
 * command that caused it is settled, so that the actor's own reply stands at the commit's place.
 */
import {
  type Commit,
  decode,
  type Event,
  type EventOf,
  type SessionSet,
  SignalEnvelope,
  withdraws,
} from "@dragoman/bus-schema";
import type { FeedRecord, Logger } from "@dragoman/service-kit";
import type { Audiences } from "./audience.ts";
import { type Closing, closings } from "./closing.ts";
import type { CommandPort } from "./commands.ts";
import type { Connection } from "./connection.ts";
import type { Edge } from "./edge.ts";
import { Fanout } from "./fanout.ts";
import { Gatherer } from "./gather.ts";
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
};

export interface CommitsOptions<Own, Dialect extends string> {
  readonly edge: Edge<Own, Dialect>;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly commands: CommandPort;
  readonly audiences: Audiences<Connection<Own, Dialect>, Dialect>;
  readonly view: () => View;
  /** Kept in step: the sessions that this gateway accounts for. */
  readonly sessions: SessionSet;
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
    for (const commit of record.batch.commits) this.#commit(commit, record, roster);
    if (record.batch.commits.some(({ events }) => events.some(withdraws))) {
      this.#options.onWithdrawn();
    }
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
    const deliveries = edge.renderSignal(decoded.value.signal, view());
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
      this.#deliver(event, commit, record.seq);
    }
    if (pending !== undefined) commands.settle(pending, commit);
    for (const event of commit.events) {
      if (event.type !== "session.closed") continue;
      audiences.bySession(event.session.sessionId)?.close(closingBy[event.why]);
    }
  }

  #deliver(event: Event, commit: Commit, seq: number): void {
    const { edge, logger, metrics, view } = this.#options;
    try {
      this.#fanout.deliver(edge.render(event, commit, view()), { seq, event });
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
