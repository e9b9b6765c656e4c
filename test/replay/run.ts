/** Plays a recording against a server and says where the two differ, client by client and step by step. */
import type { Comparison, Difference } from "./comparison.ts";
import type { Step } from "./recording.ts";
import type { ReplayClient } from "./socket.ts";

export interface ReplayOptions {
  readonly steps: readonly Step[];
  readonly connect: (who: string) => Promise<ReplayClient>;
  readonly comparison: Comparison;
  /** What happens at a recorded `wait` or HTTP exchange; without it they are passed over. */
  readonly outside?: (step: Step) => Promise<readonly Difference[]>;
  /** How long a frame of the recording may be late. */
  readonly lateMs: number;
  /** The same where a choice explains that it may never come. */
  readonly explainedLateMs?: number;
  /** Whether it ends at the first difference. */
  readonly isBrief?: boolean;
}

/** How long the others may take to hear of an end that they may not hear of at all. */
const leaveMs = 300;

/** The longest common subsequence, as pairs of indexes. */
function align(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row === undefined) continue;
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

export class Replay {
  readonly #options: ReplayOptions;
  readonly #clients = new Map<string, ReplayClient>();
  readonly #read = new Map<string, number>();
  /** Whose end was asked for or compared. */
  readonly #ended = new Set<ReplayClient>();
  readonly #differences: Difference[] = [];
  readonly #explained: Difference[] = [];

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** The differences of explained steps, once it has run. */
  get explained(): readonly Difference[] {
    return this.#explained;
  }

  async run(): Promise<readonly Difference[]> {
    try {
      for (const step of this.#options.steps) {
        if (this.#options.comparison.omits?.(step) !== true) await this.#act(step);
        await this.#awaitFrames(step);
        this.#compare(step);
        if (this.#options.isBrief === true && this.#differences.length > 0) break;
      }
    } finally {
      for (const client of this.#clients.values()) await client.close();
    }
    return this.#differences;
  }

  async #act(step: Step): Promise<void> {
    const { action, who } = step;
    const client = this.#clients.get(who);
    if (action.do === "open") {
      const opened = await this.#options.connect(who);
      // A handshake that was refused has been heard as such.
      if (opened.closedWith !== undefined) this.#ended.add(opened);
      this.#clients.set(who, opened);
      this.#read.set(who, 0);
    } else if (action.do === "send") {
      client?.send(this.#options.comparison.translate(action.text));
    } else if (action.do === "binary") {
      client?.sendBinary(Buffer.from(action.base64, "base64"));
    } else if (action.do === "bytes") {
      client?.sendBytes(Buffer.from(action.base64, "base64"));
    } else if (action.do === "fragments") {
      client?.sendFragments(action.pieces.map((p) => this.#options.comparison.translate(p)));
    } else if (action.do === "ping") client?.ping(action.text);
    else if (action.do === "close" || action.do === "cut") {
      await this.#leave(who, client, action.do);
    } else {
      for (const difference of (await this.#options.outside?.(step)) ?? [])
        this.#differ(step, difference);
    }
  }

  /** Ends a connection and gives the others the time to hear of it, which no barrier of theirs waits for. */
  async #leave(who: string, client: ReplayClient | undefined, how: "close" | "cut"): Promise<void> {
    if (client === undefined || client.closedWith !== undefined) return;
    this.#ended.add(client);
    const others = [...this.#clients].filter(([name]) => name !== who).map(([, other]) => other);
    const heard = Promise.race(others.map((other) => other.changed()));
    if (how === "cut") await client.cut();
    else await client.close();
    if (others.length === 0) return;
    await Promise.race([heard, new Promise((late) => setTimeout(late, leaveMs))]);
  }

  /** Waits for as many frames as the recording has, then until every client's commands are worked off. */
  async #awaitFrames(step: Step): Promise<void> {
    const { lateMs, explainedLateMs = lateMs, comparison } = this.#options;
    const limitMs = comparison.explains?.(step) ? explainedLateMs : lateMs;
    const deadline = performance.now() + limitMs;
    for (const [who, client] of this.#clients) {
      const wanted = this.#wanted(step, who).length;
      const closes = step.closed.has(who);
      const enough = (): boolean =>
        this.#news(step, who, client).length >= wanted &&
        (!closes || client.closedWith !== undefined);
      while (!enough() && client.closedWith === undefined) {
        const left = deadline - performance.now();
        if (left <= 0) break;
        await Promise.race([client.changed(), new Promise((late) => setTimeout(late, left))]);
      }
    }
    for (const client of this.#clients.values()) {
      if (client.closedWith === undefined) await client.barrier();
    }
  }

  #wanted(step: Step, who: string): readonly string[] {
    return (step.received.get(who) ?? [])
      .map((frame) => this.#options.comparison.expected(frame, step, who))
      .filter((frame) => frame !== null);
  }

  #news(step: Step, who: string, client: ReplayClient): readonly string[] {
    return client.frames
      .slice(this.#read.get(who) ?? 0)
      .map((frame) => this.#options.comparison.actual(frame, step, who))
      .filter((frame) => frame !== null);
  }

  #compare(step: Step): void {
    for (const [who, client] of this.#clients) {
      const raw = client.frames.slice(this.#read.get(who) ?? 0);
      this.#read.set(who, client.frames.length);
      this.#compareFrames(step, who, step.received.get(who) ?? [], raw);
      this.#compareEnd(step, who, client);
    }
  }

  #compareEnd(step: Step, who: string, client: ReplayClient): void {
    const wanted = step.closed.get(who);
    const isNews = client.closedWith !== undefined && !this.#ended.has(client);
    if (isNews) this.#ended.add(client);
    if (wanted === undefined ? !isNews : client.closedWith === wanted) return;
    const frame = `closed with ${client.closedWith ?? "nothing"}, was ${wanted ?? "left open"}`;
    this.#differ(step, { line: step.line, who, kind: "close", frame });
  }

  #differ(step: Step, difference: Difference): void {
    const explained = this.#options.comparison.explains?.(step) ?? false;
    (explained ? this.#explained : this.#differences).push(difference);
  }

  #compareFrames(
    step: Step,
    who: string,
    recorded: readonly string[],
    raw: readonly string[],
  ): void {
    const { comparison } = this.#options;
    const keep = (
      frames: readonly string[],
      form: (frame: string) => string | null,
    ): { readonly raw: string; readonly form: string }[] =>
      frames.flatMap((frame) => {
        const compared = form(frame);
        return compared === null ? [] : [{ raw: frame, form: compared }];
      });
    const theirs = keep(recorded, (f) => comparison.expected(f, step, who));
    const ours = keep(raw, (f) => comparison.actual(f, step, who));
    const pairs = align(
      theirs.map(({ form }) => form),
      ours.map(({ form }) => form),
    );
    for (const [i, j] of pairs) comparison.learn(theirs[i]?.raw ?? "", ours[j]?.raw ?? "");
    const met = [new Set(pairs.map(([i]) => i)), new Set(pairs.map(([, j]) => j))];
    const missing = theirs.filter((_, i) => !met[0]?.has(i));
    const extra = ours.filter(({ raw }, j) => !met[1]?.has(j) && !comparison.recurs?.(raw));
    // What a choice explains may still make ids known: the nth left over here is likely the nth there.
    const pairable = comparison.explains === undefined ? [] : missing;
    for (const [n, { raw: expected }] of pairable.entries()) {
      const actual = extra[n];
      if (actual !== undefined) comparison.learn(expected, actual.raw);
    }
    for (const { form } of missing) {
      this.#differ(step, { line: step.line, who, kind: "missing", frame: form });
    }
    for (const { form } of extra) {
      this.#differ(step, { line: step.line, who, kind: "extra", frame: form });
    }
  }
}
