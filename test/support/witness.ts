/** Whether something that one person does keeps another waiting: pings that are timed, and processor time. */
import assert from "node:assert/strict";
import type { OriginchatsClient } from "./originchats-client.ts";
import type { ProcessPart } from "./part.ts";
import type { SockchatClient } from "./sockchat-client.ts";

/**
 * The longest that somebody else's ping may take. Whatever takes longer than that to be answered itself is so answered
 * after a ping that was sent right behind it; for what is answered sooner the order means nothing to anybody.
 */
const pingMs = 250;

/** Something hostile, made when it is sent. */
export interface Case {
  readonly what: string;
  readonly frame: () => string;
}

/** A person whose pings are timed, each sent when the one before is answered. */
export class Witness {
  readonly #ping: () => Promise<unknown>;
  worstMs = 0;
  #isOver = false;

  constructor(ping: () => Promise<unknown>) {
    this.#ping = ping;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const begun = performance.now();
      await this.#ping();
      this.worstMs = Math.max(this.worstMs, performance.now() - begun);
    }
  }

  /** The longest that a ping took while something was done. */
  async during(act: () => Promise<unknown>): Promise<number> {
    this.worstMs = 0;
    this.#isOver = false;
    const run = this.#run();
    await act();
    this.#isOver = true;
    await run;
    return this.worstMs;
  }
}

const cpuOf = (part: ProcessPart): Promise<number> => part.metric("process_cpu_seconds_total");

export interface Bounds {
  readonly gateway: ProcessPart;
  readonly witness: Witness;
  /** Cases at once. */
  readonly atOnce: number;
  /** What one case may cost the gateway. */
  readonly cpuSeconds: number;
}

/** Sends the cases, so many at a time, and finds those that cost more than a frame may. */
export async function tryAll(
  { gateway, witness, atOnce, cpuSeconds }: Bounds,
  cases: Iterable<Case>,
  carryOut: (batch: readonly Case[]) => Promise<void>,
): Promise<void> {
  const quietMs = await witness.during(() => cpuOf(gateway));
  const limitMs = pingMs + 3 * quietMs;
  const measured = async (batch: readonly Case[]) => {
    const before = await cpuOf(gateway);
    const ms = await witness.during(() => carryOut(batch));
    const seconds = ((await cpuOf(gateway)) - before) / batch.length;
    return { ms, seconds, isFine: ms <= limitMs && seconds <= cpuSeconds };
  };
  const batches: Case[][] = [[]];
  for (const each of cases) {
    if ((batches.at(-1)?.length ?? 0) === atOnce) batches.push([]);
    batches.at(-1)?.push(each);
  }
  for (const batch of batches) {
    if ((await measured(batch)).isFine) continue;
    // A machine that was busy is no fault: whatever is too long is so each time, alone.
    for (const each of batch) {
      let last = await measured([each]);
      for (let left = 3; left > 0 && !last.isFine; left -= 1) last = await measured([each]);
      const told = `${each.what}: ${last.seconds} s of work, a ping took ${last.ms} ms`;
      assert.ok(last.isFine, told);
    }
  }
}

export async function pingOriginchats(client: OriginchatsClient): Promise<void> {
  const answered = client.log.next("pong", ({ cmd }) => cmd === "pong", 60_000);
  client.send({ cmd: "ping" });
  await answered;
}

export async function pingSockchat(client: SockchatClient): Promise<void> {
  const answered = client.log.next("pong", ([id]) => id === "0", 60_000);
  client.send("0", client.userId);
  await answered;
}
