/**
 * The leader's subscriptions, held while it has authority (docs/journal.md 2.5): commands, heartbeats of the gateways
 * and the questions that its memory alone can answer.
 */
import {
  type AliveReply,
  AliveRequest,
  AttemptRequest,
  CommandEnvelope,
  type CommunityId,
  type CooldownReply,
  CooldownRequest,
  decode,
  encode,
  type GatewayId,
  Heartbeat,
  type HeartbeatReply,
  operatorGateway,
  type ProcessFacts,
  parseCommandSubject,
  parseGatewaySubject,
  subject,
  type TraceReply,
  TraceRequest,
} from "@dragoman/bus-schema";
import {
  type Bus,
  type Config,
  type Logger,
  type Msg,
  type Subscription,
  sayMisfit,
} from "@dragoman/service-kit";
import type { Admitted } from "../decider/index.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import type { CoreTrace } from "../trace.ts";
import type { Answers } from "./answers.ts";
import { AttemptBudget } from "./attempt-budget.ts";
import type { Decisions } from "./decisions.ts";
import { Liveness } from "./liveness.ts";
import type { Peers } from "./peers.ts";
import type { CommandQueue } from "./queue.ts";
import type { Reach } from "./reach.ts";
import type { Compared } from "./session-lists.ts";
import type { Tracing } from "./tracing.ts";

/** Of so many processes an operator is told. */
const peersShown = 500;

export interface IntakeOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly term: number;
  /** How far the journal is applied. */
  readonly replica: Pick<ReplicaView, "position" | "nowMs" | "time">;
  readonly decisions: Pick<Decisions, "cooldownUntilMs" | "turnAway">;
  readonly queue: Pick<CommandQueue, "waiting"> & {
    /** As `CommandQueue`. `isFirst`: it is certain that no other try of it was heard by anybody (docs/journal.md 3.2). */
    add(admitted: Admitted, untilMs: number, request: Msg, isFirst: boolean): void;
  };
  readonly answers: Answers;
  /** What this process says of itself, and whom it has heard. */
  readonly process: ProcessFacts;
  readonly peers: Peers;
  readonly logger: Logger;
  /** What this core remembers of messages, and what asks the others. */
  readonly trace: CoreTrace;
  readonly tracing: Tracing;
  /** Told of every heartbeat. */
  readonly reach: Pick<Reach, "heard">;
  /** Looks at a gateway's sessions; gives what its answer says of them. */
  readonly compare: (gatewayId: GatewayId, beat: Heartbeat) => Compared["reply"];
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #attempts: AttemptBudget;
  readonly #liveness: Liveness;
  readonly #subscriptions: Subscription[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#attempts = new AttemptBudget(options.config.limits);
    this.#liveness = new Liveness(options.config.journal.gatewayMs);
  }

  /** Hears from now on; every gateway has the whole of its time again. */
  start(): void {
    if (this.#subscriptions.length > 0) return;
    const { bus, community, term, replica } = this.#options;
    this.#liveness.reset();
    this.#options.peers.interrupted();
    this.#subscriptions.push(
      bus.serve(subject.commandsOf(community, term), (m) => this.#hear(m)),
      bus.serve(subject.heartbeats(community), (m) => this.#beat(m)),
      bus.serve(subject.attempt(community), (m) => this.#attempt(m)),
      bus.serve(subject.cooldown(community), (m) => this.#cooldown(m)),
      bus.serve(subject.trace(community), (m) => this.#trace(m)),
      bus.serve(subject.alive(community, term), (m) => {
        this.#hearCore(m);
        const reply: AliveReply = { time: replica.time, process: this.#options.process };
        bus.respond(m, encode(reply));
      }),
    );
  }

  stop(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
  }

  /** See `Liveness.elapse`. */
  silent(...given: Parameters<Liveness["elapse"]>): readonly GatewayId[] {
    return this.#liveness.elapse(...given);
  }

  #beat(message: Msg): void {
    const gatewayId = parseGatewaySubject(message.subject, "heartbeat");
    const beat = decode(Heartbeat, message.data);
    if (gatewayId === null || !beat.ok) return;
    this.#liveness.heard(gatewayId);
    // An operator's is a question who leads.
    const isGateway = gatewayId !== operatorGateway;
    const { replica, term, reach, compare, answers } = this.#options;
    if (isGateway) {
      reach.heard(gatewayId, beat.value.applied);
      this.#meet(gatewayId, beat.value.process, beat.value.applied);
      this.#options.tracing.told(gatewayId, beat.value.traces);
    }
    const { seq, id } = replica.position;
    const sessions = isGateway ? compare(gatewayId, beat.value) : {};
    const { time } = replica;
    const { process } = this.#options;
    const reply: HeartbeatReply = {
      v: 1,
      term,
      last: seq,
      lastId: id,
      time,
      process,
      ...sessions,
      ...(isGateway ? this.#options.tracing.asks(gatewayId) : { peers: this.#present() }),
    };
    answers.give(message, reply);
  }

  #present(): HeartbeatReply["peers"] & object {
    return this.#options.peers
      .present()
      .slice(0, peersShown)
      .map(({ name, process, applied }) => ({
        name,
        ...(process === undefined ? {} : { process }),
        ...(applied === undefined ? {} : { applied }),
      }));
  }

  /** A standby asks whether this leader lives. */
  #hearCore({ data }: Msg): void {
    const request = decode(AliveRequest, data);
    if (request.ok) this.#meet(`core ${request.value.coreId}`, request.value.process);
    // Of a version that sends nothing nobody knows how many there are.
    else if (data.length === 0) this.#meet("core", undefined);
  }

  #meet(name: string, process: ProcessFacts | undefined, applied?: number): void {
    const { peers, logger } = this.#options;
    if (!peers.heard(name, process, performance.now(), applied) || process === undefined) return;
    const misfit = sayMisfit(this.#options.process, process, name);
    if (misfit !== undefined) logger.error({ why: misfit }, "another process has other settings");
  }

  #attempt(message: Msg): void {
    const request = decode(AttemptRequest, message.data);
    if (request.ok) {
      this.#options.answers.give(message, this.#attempts.take(request.value, performance.now()));
    }
  }

  #cooldown(message: Msg): void {
    const request = decode(CooldownRequest, message.data);
    if (!request.ok) return;
    const untilMs = this.#options.decisions.cooldownUntilMs(request.value.userId);
    this.#options.answers.give(message, {
      cooldownMs: Math.max(0, untilMs - this.#options.replica.nowMs),
    } satisfies CooldownReply);
  }

  #trace(message: Msg): void {
    const request = decode(TraceRequest, message.data);
    if (!request.ok) return;
    const { answers, logger, peers, replica, trace, tracing } = this.#options;
    const { number, seq } = request.value;
    tracing
      .ask(request.value, peers.present().slice(0, peersShown))
      .then((others) => {
        if (others === null) return;
        const own = trace.of("leader", number, seq, replica.time);
        const { processes, missing } = others;
        answers.give(message, { processes: [own, ...processes], missing } satisfies TraceReply);
      })
      // Whoever asks is told by the silence.
      .catch((error: unknown) => logger.error({ err: error }, "trace failed"));
  }

  #hear(message: Msg): void {
    const { config, answers, decisions, queue } = this.#options;
    const at = parseCommandSubject(message.subject);
    const envelope = decode(CommandEnvelope, message.data);
    if (at === null) return;
    // What the subject says is what the server has let through: the envelope can say anything.
    if (!envelope.ok || envelope.value.body.type !== at.type) {
      const why = envelope.ok ? "type and subject differ" : envelope.why;
      answers.refuse(message, { code: "invalid", field: "command", why });
      return;
    }
    const { id, sessionId, waitMs = config.journal.commandMs, tries, body } = envelope.value;
    const isOperator = at.gateway === operatorGateway;
    const admitted: Admitted = {
      id,
      body,
      actor: isOperator ? "operator" : "gateway-session",
      ...(isOperator && envelope.value.logged ? { logged: true } : {}),
      gatewayId: at.gateway,
      ...(sessionId === undefined ? {} : { sessionId }),
    };
    if (queue.waiting >= config.journal.intakeMax) {
      const reply = decisions.turnAway(admitted, { code: "busy", waitMs: 1_000 });
      if (reply !== null) answers.give(message, reply);
      return;
    }
    queue.add(admitted, performance.now() + waitMs, message, tries === 1);
  }
}
