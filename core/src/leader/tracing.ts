/**
 * Asks all processes what they remember of a message, for an operator: gateways by the answers to their heartbeats, which they
 * take up with the next (docs/journal.md 4.10), other cores by a request. Who does not answer in time is named.
 */
import {
  type CommunityId,
  decode,
  encode,
  type GatewayId,
  type Heartbeat,
  ProcessTrace,
  subject,
  type TraceReply,
  type TraceRequest,
  tracedMax,
} from "@dragoman/bus-schema";
import { type Bus, BusError } from "@dragoman/service-kit";
import type { Peer } from "./peers.ts";

/** A heartbeat that is answered, and the next: the rhythm is 200 ms. Whoever asks waits for a second. */
const limitMs = 700;
const corePrefix = "core ";

interface Question {
  readonly number: number;
  readonly missing: Set<string>;
  readonly found: ProcessTrace[];
  readonly done: () => void;
}

export class Tracing {
  readonly #bus: Bus;
  readonly #community: CommunityId;
  readonly #questions = new Set<Question>();

  constructor(bus: Bus, community: CommunityId) {
    this.#bus = bus;
    this.#community = community;
  }

  /** What the answer to a gateway's heartbeat asks of it. */
  asks(gatewayId: GatewayId): { readonly traced?: number[] } {
    if (this.#questions.size === 0) return {};
    const open = [...this.#questions].filter(({ missing }) => missing.has(gatewayId));
    const numbers = new Set(open.map(({ number }) => number));
    return numbers.size === 0 ? {} : { traced: [...numbers].slice(0, tracedMax) };
  }

  /** A gateway has told what it remembers. It speaks for itself alone. */
  told(gatewayId: GatewayId, traces: Heartbeat["traces"]): void {
    for (const { number, trace } of traces ?? []) {
      for (const question of this.#questions) {
        if (question.number !== number || !question.missing.delete(gatewayId)) continue;
        question.found.push({ ...trace, name: gatewayId });
        if (question.missing.size === 0) question.done();
      }
    }
  }

  /** Asks those that were heard of lately; null: too many are asking already. */
  async ask(
    { number, seq }: Omit<TraceRequest, "v">,
    peers: readonly Pick<Peer, "name" | "applied">[],
  ): Promise<TraceReply | null> {
    if (this.#questions.size >= tracedMax) return null;
    const cores = peers.filter(({ name }) => name.startsWith(corePrefix));
    const gateways = peers.filter(({ applied }) => applied !== undefined);
    const [ofGateways, ...ofCores] = await Promise.all([
      this.#askGateways(
        number,
        gateways.map(({ name }) => name),
      ),
      ...cores.map(({ name }) => this.#askCore(name, { v: 1, number, seq })),
    ]);
    return {
      processes: [...ofGateways.processes, ...ofCores.flatMap(({ processes }) => processes)],
      missing: [...ofGateways.missing, ...ofCores.flatMap(({ missing }) => missing)],
    };
  }

  async #askGateways(number: number, names: readonly string[]): Promise<TraceReply> {
    if (names.length === 0) return { processes: [], missing: [] };
    const missing = new Set(names);
    const found: ProcessTrace[] = [];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => question.done(), limitMs);
      const question: Question = {
        number,
        missing,
        found,
        done: () => {
          clearTimeout(timer);
          this.#questions.delete(question);
          resolve();
        },
      };
      this.#questions.add(question);
    });
    return { processes: found, missing: [...missing] };
  }

  async #askCore(name: string, request: TraceRequest): Promise<TraceReply> {
    const to = subject.traceOf(this.#community, name.slice(corePrefix.length));
    try {
      const reply = await this.#bus.request(to, encode(request), { timeoutMs: limitMs });
      const trace = decode(ProcessTrace, reply.data);
      if (trace.ok) return { processes: [{ ...trace.value, name }], missing: [] };
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
    }
    return { processes: [], missing: [name] };
  }
}
