/**
 * What a gateway remembers of the newest messages, for an operator who asks for the way of one: when its own client's
 * command came and went out, when the message was delivered and to how many sessions.
 */
import type { GatewayId, ProcessTrace, TraceStep } from "@dragoman/bus-schema";
import { StageTimes } from "@dragoman/service-kit";

/** When a command came to the gateway and was sent first, on the monotonic clock, and how often it was sent. */
export interface CommandTimes {
  readonly receivedMs: number;
  readonly sentMs: number;
  readonly tries: number;
}

export interface MessageTraceOptions {
  readonly gatewayId: GatewayId;
  /** The leader's clock at a moment of the monotonic one, and how far that may be off. */
  readonly clockAt: (steadyMs: number) => {
    readonly atMs: number;
    readonly uncertaintyMs: number;
  };
}

export class MessageTrace {
  readonly #options: MessageTraceOptions;
  readonly #times = new StageTimes(["received", "sent", "tries", "delivered", "sessions"]);

  constructor(options: MessageTraceOptions) {
    this.#options = options;
  }

  /** A message has been delivered. `command`: where its author's connection is here. */
  delivered(number: number, sessions: number, command: CommandTimes | undefined): void {
    const times = this.#times;
    times.mark(number, "delivered", performance.now());
    times.mark(number, "sessions", sessions);
    if (command === undefined) return;
    times.mark(number, "received", command.receivedMs);
    times.mark(number, "sent", command.sentMs);
    times.mark(number, "tries", command.tries);
  }

  /** What it remembers of one. */
  of(number: number): ProcessTrace {
    const { gatewayId, clockAt } = this.#options;
    const found = this.#times.of(number);
    const step = (name: TraceStep["step"], count?: number): readonly TraceStep[] => {
      const steadyMs = found.get(name as "received" | "sent" | "delivered");
      if (steadyMs === undefined) return [];
      return [
        { step: name, atMs: clockAt(steadyMs).atMs, ...(count === undefined ? {} : { count }) },
      ];
    };
    return {
      name: gatewayId,
      uncertaintyMs: clockAt(performance.now()).uncertaintyMs,
      steps: [
        ...step("received"),
        ...step("sent", found.get("tries")),
        ...step("delivered", found.get("sessions")),
      ],
    };
  }
}
