/** Replays recordings of Sock Chat against a house of our own, one house a file. */
import { basename } from "node:path";
import { elapse } from "../support/deadline.ts";
import type { Difference, ReplayClient } from "./protocol.ts";
import { readRecording, type Step } from "./recording.ts";
import { Replay } from "./run.ts";
import { SockchatComparison } from "./sockchat.ts";
import { type SockchatHouse, sockchatHouse } from "./sockchat-house.ts";
import { burst, isPassed, rewritten } from "./sockchat-rewrite.ts";
import { connectReplay } from "./socket.ts";

const lateMs = 1_500;
const silencedMs = 800;
const pong = "0\tpong";

interface Player extends ReplayClient {
  /** The time in the last packet 9, epoch ms. */
  barredUntilMs(): number;
}

/**
 * A client that connects again before it sends when a refused sign-in has ended its connection: the original
 * leaves such a connection open (reference, 2.2, 1.n).
 */
async function connectPlayer(house: SockchatHouse, who: string): Promise<Player> {
  const frames: string[] = [];
  const waiting: (() => void)[] = [];
  let reopening: Promise<void> | undefined;
  let client = await open();

  async function open(): Promise<ReplayClient> {
    const made = await connectReplay(`ws://127.0.0.1:${house.port}/`, {
      headers: { "x-real-ip": house.addressOf(who) },
      askBarrier(send) {
        if (!isIn()) return false;
        send("0\t0");
        return true;
      },
      isBarrier: (frame) => frame === pong,
      ignored: () => false,
    });
    void forward(made);
    return made;
  }

  async function forward(made: ReplayClient): Promise<void> {
    let taken = 0;
    for (;;) {
      while (taken < made.frames.length) frames.push(made.frames[taken++] ?? "");
      for (const wake of waiting.splice(0)) wake();
      if (made.closedWith !== undefined) return;
      await made.changed();
    }
  }

  const isIn = (): boolean => frames.some((frame) => frame.startsWith("1\ty\t"));
  const isRefused = (): boolean => client.closedWith !== undefined && !isIn();

  async function reopen(): Promise<void> {
    client = await open();
  }

  function act(what: (to: ReplayClient) => void): void {
    if (reopening === undefined && !isRefused()) {
      what(client);
      return;
    }
    reopening = (reopening ?? reopen())
      .then(() => what(client))
      .finally(() => {
        reopening = undefined;
      });
  }

  return {
    frames,
    send: (text) =>
      act((to) => {
        for (const packet of text.split(burst)) to.send(packet);
      }),
    sendBinary: (bytes) => act((to) => to.sendBinary(bytes)),
    sendFragments: (pieces) => act((to) => to.sendFragments(pieces)),
    ping: (text) => act((to) => to.ping(text)),
    async barrier() {
      await reopening;
      if (client.closedWith === undefined) await client.barrier();
    },
    changed: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      await reopening;
      await client.close();
    },
    get closedWith() {
      return reopening !== undefined || isRefused() ? undefined : client.closedWith;
    },
    barredUntilMs() {
      const [, , until = "0"] =
        frames.findLast((frame) => frame.startsWith("9\t1\t"))?.split("\t") ?? [];
      return Number(until) * 1_000;
    },
  };
}

/** @returns the differences that no choice explains */
export async function replaySockchat(path: string): Promise<readonly Difference[]> {
  const file = basename(path);
  const steps = await readRecording(path);
  const house = await sockchatHouse(file, steps);
  const players = new Map<string, Player>();
  const closes = (step: Step): readonly Player[] =>
    [...step.closed.keys()].flatMap((who) => players.get(who) ?? []);

  /** What a recorded wait was for: a ban's end, or that those are closed who do not ping. */
  async function outside(step: Step): Promise<readonly Difference[]> {
    if (step.action.do !== "wait") return [];
    const leaving = closes(step);
    while (leaving.some(({ closedWith }) => closedWith === undefined)) {
      const staying = [...players.values()].filter((player) => !leaving.includes(player));
      for (const player of staying) if (player.closedWith === undefined) await player.barrier();
      await Promise.race([...leaving.map((player) => player.changed()), elapse(50)]);
    }
    const ends = [...players.values()].map((player) => player.barredUntilMs() - Date.now());
    const next = Math.max(0, ...ends.filter((ms) => ms < 5_000));
    if (next > 0) await elapse(next);
    // A silence has no packet that names its end.
    if (/^80/.test(file)) await elapse(silencedMs);
    return [];
  }

  try {
    const replay = new Replay({
      steps: rewritten(steps, file),
      async connect(who) {
        const player = await connectPlayer(house, who);
        players.set(who, player);
        return player;
      },
      comparison: new SockchatComparison(file),
      outside,
      lateMs,
    });
    const differences = await replay.run();
    return differences.filter(({ line }) => !isPassed(line, file));
  } finally {
    await house.stop();
  }
}
