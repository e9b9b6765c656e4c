/** Plays a recording against a house of ours and keeps what came, so that it can be judged again. */
import { elapse } from "@dragoman/testing/deadline";
import type { Judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import type { Difference } from "./protocol.ts";
import type { Action, Step } from "./recording.ts";
import type { ReplayClient } from "./socket.ts";

export interface PlayOptions<Frame, State> {
  readonly judge: Judge<Frame, State>;
  readonly connect: (who: string) => Promise<ReplayClient>;
  /** What happens at a recorded `wait` or HTTP exchange; @returns frames that came of it, by client. */
  readonly outside?: (
    action: Action,
    step: Step,
  ) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** How long a frame of the recording may be late. */
  readonly lateMs: number;
  /** Whether it ends at the first step that differs. */
  readonly isBrief?: boolean;
}

/** A step, and what came here. */
export interface PlayedStep {
  readonly step: Step;
  /** What was done. */
  readonly action: Action | null;
  readonly ours: Outcome<string>;
  readonly differences: readonly Difference[];
}

/** How long the others may take to hear of an end that they may not hear of at all. */
const leaveMs = 300;

class Player<Frame, State> {
  readonly #options: PlayOptions<Frame, State>;
  readonly #clients = new Map<string, ReplayClient>();
  /** Frames of each client that belong to steps before. */
  readonly #read = new Map<string, number>();
  /** Whose end was asked for, or belongs to a step before. */
  readonly #ended = new Set<ReplayClient>();
  #outside: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(options: PlayOptions<Frame, State>) {
    this.#options = options;
  }

  async run(): Promise<readonly PlayedStep[]> {
    const { judge, isBrief = false } = this.#options;
    const played: PlayedStep[] = [];
    try {
      for (const step of judge.steps) {
        const { action } = judge.begin(step);
        this.#outside = new Map();
        if (action !== null) await this.#act(step, action);
        await this.#awaitFrames();
        const ours = this.#news();
        this.#turnPage();
        played.push({ step, action, ours, differences: judge.end(ours) });
        if (isBrief && (played.at(-1)?.differences.length ?? 0) > 0) break;
      }
    } finally {
      for (const client of this.#clients.values()) await client.close();
    }
    return played;
  }

  async #act(step: Step, action: Action): Promise<void> {
    const { who } = step;
    const client = this.#clients.get(who);
    if (action.do === "open") {
      const opened = await this.#options.connect(who);
      // A handshake that was refused has been heard as such.
      if (opened.closedWith !== undefined) this.#ended.add(opened);
      this.#clients.set(who, opened);
      this.#read.set(who, 0);
    } else if (action.do === "send") client?.send(action.text);
    else if (action.do === "binary") client?.sendBinary(Buffer.from(action.base64, "base64"));
    else if (action.do === "bytes") client?.sendBytes(Buffer.from(action.base64, "base64"));
    else if (action.do === "fragments") client?.sendFragments(action.pieces);
    else if (action.do === "ping") client?.ping(action.text);
    else if (action.do === "close" || action.do === "cut") {
      await this.#leave(who, client, action.do);
    } else this.#outside = (await this.#options.outside?.(action, step)) ?? new Map();
  }

  /** Ends a connection and gives the others the time to hear of it, which no barrier of theirs waits for. */
  async #leave(who: string, client: ReplayClient | undefined, how: "close" | "cut"): Promise<void> {
    if (client === undefined || client.closedWith !== undefined) return;
    this.#ended.add(client);
    const others = [...this.#clients].filter(([name]) => name !== who).map(([, other]) => other);
    const heard = Promise.race(others.map((other) => other.changed()));
    if (how === "cut") await client.cut();
    else await client.close();
    if (others.length > 0) await Promise.race([heard, elapse(leaveMs)]);
  }

  /** Waits for all that is expected, then until every client's commands are worked off. */
  async #awaitFrames(): Promise<void> {
    const { judge, lateMs } = this.#options;
    const deadline = performance.now() + lateMs;
    while (!judge.isComplete(this.#news())) {
      const left = deadline - performance.now();
      if (left <= 0) break;
      const open = [...this.#clients.values()].filter(({ closedWith }) => closedWith === undefined);
      await Promise.race([...open.map((client) => client.changed()), elapse(left)]);
    }
    for (const client of this.#clients.values()) {
      if (client.closedWith === undefined) await client.barrier();
    }
  }

  /** What has come since the page was turned. */
  #news(): Outcome<string> {
    const received = new Map(this.#outside);
    const closed = new Map<string, number>();
    for (const [who, client] of this.#clients) {
      const frames = client.frames.slice(this.#read.get(who) ?? 0);
      if (frames.length > 0) received.set(who, frames);
      if (client.closedWith !== undefined && !this.#ended.has(client)) {
        closed.set(who, client.closedWith);
      }
    }
    return { received, closed };
  }

  #turnPage(): void {
    for (const [who, client] of this.#clients) {
      this.#read.set(who, client.frames.length);
      if (client.closedWith !== undefined) this.#ended.add(client);
    }
  }
}

/**
 * Plays the judge's recording from its first step to its last.
 * @throws what `connect` and `outside` throw; the connections are closed then
 */
export const play = <Frame, State>(
  options: PlayOptions<Frame, State>,
): Promise<readonly PlayedStep[]> => new Player(options).run();
