/**
 * The leader's subscriptions, held while it has authority (docs/journal.md 2.5): commands, heartbeats of the gateways
 * and the questions that its memory alone can answer.
 */
import {
  AttemptRequest,
  CommandEnvelope,
  type CommunityId,
  type CooldownReply,
  CooldownRequest,
  decode,
  encode,
  type GatewayId,
  Heartbeat,
  operatorGateway,
  parseCommandSubject,
  parseHeartbeatSubject,
  type Rejection,
  subject,
  type UserId,
} from "@dragoman/bus-schema";
import type { Bus, Config, Msg, Subscription } from "@dragoman/service-kit";
import type { Admitted } from "../decider/index.ts";
import { AttemptBudget } from "./attempt-budget.ts";
import { Liveness } from "./liveness.ts";

export interface IntakeOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly term: number;
  /** What the journal ends with, as far as it is applied. */
  readonly position: () => { readonly seq: number; readonly id: string };
  /** Commands that wait to be decided. */
  readonly waiting: () => number;
  readonly cooldownUntilMs: (userId: UserId) => number;
  /** Takes a command in. */
  readonly take: (admitted: Admitted, deadlineMs: number, request: Msg) => void;
  /** Answers, if there still is authority to. */
  readonly answer: (message: Msg, value: unknown) => void;
  readonly refuse: (message: Msg, rejection: Rejection) => void;
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
    const { bus, community, term } = this.#options;
    this.#liveness.reset();
    this.#subscriptions.push(
      bus.subscribe(subject.commandsOf(community, term), (m) => this.#hear(m)),
      bus.subscribe(subject.heartbeats(community), (m) => this.#beat(m)),
      bus.subscribe(subject.attempt(community), (m) => this.#attempt(m)),
      bus.subscribe(subject.cooldown(community), (m) => this.#cooldown(m)),
      bus.subscribe(subject.alive(community, term), (m) => bus.respond(m, encode({}))),
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
    const gatewayId = parseHeartbeatSubject(message.subject);
    if (gatewayId === null || !decode(Heartbeat, message.data).ok) return;
    this.#liveness.heard(gatewayId);
    const { seq, id } = this.#options.position();
    this.#options.answer(message, { v: 1, term: this.#options.term, last: seq, lastId: id });
  }

  #attempt(message: Msg): void {
    const request = decode(AttemptRequest, message.data);
    if (request.ok) {
      this.#options.answer(message, this.#attempts.take(request.value, performance.now()));
    }
  }

  #cooldown(message: Msg): void {
    const request = decode(CooldownRequest, message.data);
    if (!request.ok) return;
    const untilMs = this.#options.cooldownUntilMs(request.value.userId);
    this.#options.answer(message, {
      cooldownMs: Math.max(0, untilMs - Date.now()),
    } satisfies CooldownReply);
  }

  #hear(message: Msg): void {
    const { config, refuse, take, waiting } = this.#options;
    const at = parseCommandSubject(message.subject);
    const envelope = decode(CommandEnvelope, message.data);
    if (at === null) return;
    if (!envelope.ok || envelope.value.body.type !== at.type) {
      const why = envelope.ok ? "type and subject differ" : envelope.why;
      refuse(message, { code: "invalid", field: "command", why });
      return;
    }
    if (waiting() >= config.journal.intakeMax) {
      refuse(message, { code: "busy", waitMs: 1_000 });
      return;
    }
    const { id, sessionId, deadlineMs, body } = envelope.value;
    const admitted: Admitted = {
      id,
      body,
      actor: at.gateway === operatorGateway ? "operator" : "gateway-session",
      gatewayId: at.gateway,
      ...(sessionId === undefined ? {} : { sessionId }),
    };
    take(admitted, deadlineMs, message);
  }
}
