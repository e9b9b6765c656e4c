/** The commands that wait to be decided, in the order in which what they need to know was there. */
import type { Rejection } from "@dragoman/bus-schema";
import type { Logger, Msg } from "@dragoman/service-kit";
import { type Admitted, type Lookups, needs } from "../decider/index.ts";
import type { Reading, State } from "../state/shape.ts";
import { type LookupSources, lookUp } from "./lookup.ts";

export interface QueuedCommand {
  readonly admitted: Admitted;
  /** When nobody waits for it any more, on this process's monotonic clock. */
  readonly untilMs: number;
  readonly lookups: Lookups;
  /** When it came, on the same clock. */
  readonly takenMs: number;
  /** Where the answer goes; none for core's own commands. */
  readonly request?: Msg;
  /** What it needs to know cannot be had: it is refused in its turn, unless it is a repeat. */
  readonly rejection?: Rejection;
}

export interface QueueOptions {
  readonly state: () => Reading<State>;
  readonly sources: LookupSources;
  readonly logger: Logger;
  /** A command is ready to be decided. */
  readonly ready: () => void;
}

const noLookups: Lookups = { messages: new Map() };

export class CommandQueue {
  readonly #options: QueueOptions;
  #commands: QueuedCommand[] = [];
  /** Commands whose lookups are under way. */
  #preparing = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** How many commands wait, those included whose lookups are under way. */
  get waiting(): number {
    return this.#commands.length + this.#preparing;
  }

  /** Whether no command is ready to be decided. */
  get isEmpty(): boolean {
    return this.#commands.length === 0;
  }

  /** The commands that are ready, first come first. */
  ready(): readonly QueuedCommand[] {
    return this.#commands;
  }

  /** Takes the first so many out. */
  drop(count: number): void {
    this.#commands = this.#commands.slice(count);
  }

  /** Takes out all that somebody waits for. */
  dropRequests(): void {
    this.#commands = this.#commands.filter(({ request }) => request === undefined);
  }

  /** Puts a command behind the others, once its lookups are done; most need none. A failed lookup refuses it. */
  add(admitted: Admitted, untilMs: number, request?: Msg): void {
    const { state, sources, logger, ready } = this.#options;
    const takenMs = performance.now();
    const wanted = needs(state(), admitted);
    const put = (lookups: Lookups, refused: Pick<QueuedCommand, "rejection"> = {}): void => {
      this.#commands.push({
        admitted,
        untilMs,
        lookups,
        takenMs,
        ...refused,
        ...(request && { request }),
      });
      ready();
    };
    if (wanted.length === 0) {
      put(noLookups);
      return;
    }
    this.#preparing += 1;
    lookUp(wanted, admitted, sources)
      .then(
        (lookups) => put(lookups),
        (error: unknown) => {
          logger.error({ err: error, id: admitted.id }, "lookup failed");
          if (request) put(noLookups, { rejection: { code: "busy", waitMs: 1_000 } });
        },
      )
      .finally(() => {
        this.#preparing -= 1;
      });
  }
}
