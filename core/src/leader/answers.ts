/** What a leader answers: nothing at all while it is without authority (docs/journal.md 2.5). */
import { type CommandReply, encode, type Rejection } from "@dragoman/bus-schema";
import type { Bus, Msg } from "@dragoman/service-kit";
import type { Lease } from "../journal/lease.ts";

export class Answers {
  readonly #bus: Bus;
  readonly #lease: Lease;
  readonly #term: number;

  constructor(bus: Bus, lease: Lease, term: number) {
    this.#bus = bus;
    this.#lease = lease;
    this.#term = term;
  }

  /** Answers a request, if the leader has authority at this moment; whoever gets no answer asks again. */
  give(request: Msg, value: unknown): void {
    if (this.#lease.holds()) this.#bus.respond(request, encode(value));
  }

  /** Answers a command that is not decided. */
  refuse(request: Msg, rejection: Rejection): void {
    this.give(request, { ok: false, term: this.#term, rejection } satisfies CommandReply);
  }
}
