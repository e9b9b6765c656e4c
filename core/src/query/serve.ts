/**
 * Reads: any core that has caught up answers, once it has come to what the asker has already seen
 * (docs/journal.md 4.3). Sessions are judged on a state in which nothing is unstored.
 */
import {
  type AnswerOf,
  type CommunityId,
  CooldownReply,
  type CooldownRequest,
  decode,
  encode,
  type GatewayId,
  parseQuerySubject,
  QueryEnvelope,
  type QueryReply,
  subject,
  type UserId,
} from "@dragoman/bus-schema";
import { type Bus, BusError, type Config, type Logger, type Msg } from "@dragoman/service-kit";
import type { History } from "../history/history.ts";
import type { Secrets } from "../identity/secrets.ts";
import { readStored } from "../journal/read-record.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { serveWhileCurrent } from "../journal/serve-while-current.ts";
import type { CoreMetrics } from "../metrics.ts";
import { actorOfSession } from "../state/find.ts";
import type { CoreTrace } from "../trace.ts";
import { answer } from "./answer.ts";
import { RosterAnswer } from "./roster-answer.ts";
import { busy, refuse } from "./row.ts";
import { askTrace } from "./trace.ts";

export interface QueryOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly replica: ReplicaView;
  readonly history: History;
  readonly secrets: Secrets;
  readonly config: Config;
  readonly logger: Logger;
  readonly trace: CoreTrace;
  readonly metrics: Pick<CoreMetrics, "queries" | "queryTime" | "waitingQueries">;
  /** See `Sources`. */
  readonly status: () => Promise<AnswerOf<"journal.status">>;
}

/** How long a question waits for state and projection (docs/journal.md 4.3). */
const waitMs = 500;
/** Questions under way at once; above it they are refused as busy. */
const pendingMax = 10_000;

/** Serves queries until stopped, while this core has caught up: else another one answers. */
export function serveQueries(options: QueryOptions): { stop(): void } {
  const { bus, community, replica, logger, metrics } = options;
  const roster = new RosterAnswer();
  let pending = 0;
  const hear = async (
    message: Msg,
    at: NonNullable<ReturnType<typeof parseQuerySubject>>,
  ): Promise<void> => {
    const envelope = decode(QueryEnvelope, message.data);
    if (!envelope.ok || envelope.value.body.type !== at.type) {
      const why = envelope.ok ? "type and subject differ" : envelope.why;
      const rejection = { code: "invalid", field: "query", why } as const;
      bus.respond(message, encode({ ok: false, rejection } satisfies QueryReply));
      return;
    }
    const { type } = envelope.value.body;
    const question = type === "roster.snapshot" ? JSON.stringify(envelope.value.body) : "";
    const isRoster = type === "roster.snapshot" && replica.position.seq >= envelope.value.atLeast;
    const known = isRoster ? roster.at(question, replica.position) : undefined;
    if (known !== undefined) {
      metrics.queries.inc({ type, outcome: "answered" });
      bus.respond(message, known);
      return;
    }
    const stop = metrics.queryTime.startTimer();
    const reply = await ask(options, at.gateway, envelope.value);
    stop();
    metrics.queries.inc({ type, outcome: reply.ok ? "answered" : reply.rejection.code });
    const bytes = encode(reply);
    // Since it was made nothing was awaited that could have moved the replica on.
    if (type === "roster.snapshot" && reply.ok && reply.through === replica.position.seq) {
      roster.keep(question, replica.position, bytes);
    }
    bus.respond(message, bytes);
  };
  const take = (message: Msg): void => {
    const at = parseQuerySubject(message.subject);
    if (!replica.current || at === null) return;
    if (pending >= pendingMax) {
      bus.respond(message, encode(refuse(busy)));
      return;
    }
    pending += 1;
    metrics.waitingQueries.set(pending);
    bus.take(message);
    hear(message, at)
      // No answer: the asker gives up after its own time. A bug costs one question.
      .catch((error: unknown) => logger.error({ err: error }, "query failed"))
      .finally(() => {
        pending -= 1;
        metrics.waitingQueries.set(pending);
      });
  };
  return serveWhileCurrent(replica, () =>
    bus.serve(subject.queries(community), take, { queue: "core" }),
  );
}

/** The pause after a burst is in the leader's memory alone (docs/journal.md 2.7). */
async function cooldownMs(
  { bus, community }: QueryOptions,
  userId: UserId,
): Promise<number | null> {
  try {
    const about = encode({ v: 1, userId } satisfies CooldownRequest);
    const reply = await bus.request(subject.cooldown(community), about, { timeoutMs: waitMs });
    const decoded = decode(CooldownReply, reply.data);
    return decoded.ok ? decoded.value.cooldownMs : null;
  } catch (error) {
    if (error instanceof BusError) return null;
    throw error;
  }
}

/** A session is asked for by its own gateway alone: for any other there is no such session. */
async function ask(
  options: QueryOptions,
  gatewayId: GatewayId,
  envelope: QueryEnvelope,
): Promise<QueryReply> {
  const { replica, history, secrets, config } = options;
  const { sessionId, atLeast, body } = envelope;
  const deadline = performance.now() + waitMs;
  if (!(await replica.reached(atLeast, waitMs))) return refuse(busy);
  const asker =
    sessionId === undefined ? null : actorOfSession(replica.state, sessionId, gatewayId);
  const result = await answer(body, asker, {
    replica,
    history,
    secrets,
    config,
    gatewayId,
    stored: (seq) => readStored(options.bus, options.community, seq, waitMs),
    status: options.status,
    traced: async (request) => {
      const told = await askTrace(options.bus, subject.trace(options.community), request);
      if (told !== null) return { ...told, isLed: true };
      const { number, seq } = request;
      const own = options.trace.of("the core that answers", number, seq, replica.time);
      return { processes: [own], missing: [], isLed: false };
    },
    nowMs: replica.nowMs,
    cooldownMs: (userId) => cooldownMs(options, userId),
    projected: () => {
      // Where the journal halts, the projection comes no further than the state.
      const wanted = replica.halt === undefined ? atLeast : Math.min(atLeast, replica.position.seq);
      return history.reached(wanted, Math.max(0, deadline - performance.now()));
    },
  });
  if (!result.ok) return result;
  return { ok: true, through: result.value.through, body: result.value.answer };
}
