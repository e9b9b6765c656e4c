/**
 * Where the canary sits: a client of the gateway's own at its own listener, and the gateway's end of that socket. What the
 * client says is read by the transport as any frame, and goes to the leader in a lane of its own; what all canaries have
 * said is written through the outbox as any packet, once the feed has come to where it was said.
 */
import { randomBytes } from "node:crypto";
import {
  CanarySignal as CanaryShape,
  type CanarySignal,
  type CommunityId,
  type GatewayId,
  type Protocol,
} from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import type { Outcome } from "../lane.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { Outbox, type OutboxPump } from "../outbox.ts";
import type {
  Frame,
  FrameSocket,
  Listener,
  OwnClient,
  SocketListener,
} from "../transport/transport.ts";
import { Canary } from "./canary.ts";

export interface PerchOptions {
  readonly protocol: Protocol;
  readonly community: CommunityId;
  readonly gatewayId: GatewayId;
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly pump: OutboxPump;
  readonly nowMs: () => number;
  /** Resolves when the feed has come so far. */
  readonly whenApplied: (seq: number) => Promise<void>;
  /** Gives a command to the leader; one at a time. */
  readonly command: (
    body: { type: "canary.cross"; n: number; saidAt: number; everyMs: number },
    done: (outcome: Outcome) => void,
    limitMs: number,
  ) => void;
}

/** Refusals of a leader that knows no canaries, or does not let them be heard yet. */
const unknown: readonly string[] = ["invalid", "disabled", "not_found"];
/** How long the last one waits for its answer. */
const farewellMs = 1_000;

export class Perch {
  /** Whoever shows it is the gateway itself: made at each start, and given to nobody. */
  readonly key = randomBytes(32).toString("base64url");
  readonly #options: PerchOptions;
  readonly #canary: Canary;
  #listener: Listener | undefined;
  #client: OwnClient | undefined;
  /** The gateway's end of its socket. */
  #own: { readonly outbox: Outbox; readonly encode: FrameSocket["encode"] } | undefined;
  #isBusy = false;
  #isOver = false;

  constructor(options: PerchOptions) {
    const { protocol, gatewayId, config, metrics, nowMs } = options;
    this.#options = options;
    this.#canary = new Canary({
      protocol,
      gatewayId,
      metrics,
      everyMs: () => config.canary.everyMs,
      nowMs,
      say: (n) => this.#say(n),
    });
  }

  /** Begins, at a listener of the gateway's that has a client for itself. */
  start(listener: Listener | undefined): void {
    if (listener?.dial === undefined) return;
    this.#listener = listener;
    this.#canary.start();
  }

  /** Says that no more will come, and lets go of the socket. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#canary.stop();
    if (this.#listener !== undefined && !this.#isBusy) this.#cross(Number.MAX_SAFE_INTEGER, 0);
    this.#client?.end();
  }

  /** What does not cross, in words. */
  get warning(): string | undefined {
    return this.#canary.warning(performance.now());
  }

  #say(n: number): boolean {
    this.#client ??= this.#listener?.dial?.(this.key, {
      onText: (text) => this.#hear(text),
      onGone: () => {
        this.#client = undefined;
      },
    });
    return this.#client?.send(String(n)) ?? false;
  }

  /** The gateway's end of the canary's socket. */
  accept(socket: FrameSocket): void {
    const outbox = new Outbox(socket.sink, this.#options.pump, () => socket.terminate());
    const onFrame = (frame: Frame): void => {
      const n = frame.kind === "text" ? Number(frame.text) : Number.NaN;
      if (Number.isSafeInteger(n) && n >= 1) this.#cross(n, this.#options.config.canary.everyMs);
    };
    const listener: SocketListener = {
      onFrame,
      onUnfinished: () => undefined,
      onConcluded: () => undefined,
      onGone: () => {
        outbox.end();
        if (this.#own?.outbox === outbox) this.#own = undefined;
      },
    };
    this.#own = { outbox, encode: socket.encode };
    socket.listen(listener);
  }

  /** One at a time: what does not get through is not heaped up. */
  #cross(n: number, everyMs: number): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { command, nowMs } = this.#options;
    const saidAt = nowMs();
    command(
      { type: "canary.cross", n, saidAt, everyMs },
      (outcome) => {
        this.#isBusy = false;
        if (outcome.kind === "unchanged") this.#canary.settled("told");
        else if (outcome.kind === "refused" && unknown.includes(outcome.rejection.code))
          this.#canary.settled("refused as unknown");
      },
      everyMs === 0 ? farewellMs : everyMs,
    );
  }

  /** A signal of a canary came from the bus. */
  tell(signal: CanarySignal): void {
    void this.#options.whenApplied(signal.seq).then(() => {
      const own = this.#own;
      own?.outbox.push(own.encode([JSON.stringify(signal)]));
    });
  }

  #hear(text: string): void {
    const told = CanaryShape.safeParse(JSON.parse(text));
    if (told.success) this.#canary.hear(told.data, performance.now());
  }
}
