/** Replays recordings of Sock Chat against a house of our own, one house a file. */
import { basename } from "node:path";
import { elapse } from "@dragoman/testing/deadline";
import type { Difference } from "./comparison.ts";
import { type House, startHouse } from "./house.ts";
import { readRecording, type Step } from "./recording.ts";
import { Replay } from "./run.ts";
import { SockchatComparison } from "./sockchat.ts";
import { type Choice, silencedSeconds } from "./sockchat-choice.ts";
import { choices as ourChoices } from "./sockchat-choices.ts";
import { burst, rewritten } from "./sockchat-rewrite.ts";
import { connectReplay, type ReplayClient } from "./socket.ts";

const lateMs = 5_000;
/** The same where a difference is likely. */
const briefLateMs = 1_500;
const pong = "0\tpong";

interface Player extends ReplayClient {
  /** The time in the last packet 9, epoch ms. */
  barredUntilMs(): number;
}

async function connectPlayer(house: House, who: string): Promise<Player> {
  const isIn = (): boolean => client.frames.some((frame) => frame.startsWith("1\ty\t"));
  const client: ReplayClient = await connectReplay(`ws://127.0.0.1:${house.port}/`, {
    headers: house.headersOf(who),
    askBarrier(send) {
      if (!isIn()) return false;
      send("0\t0");
      return true;
    },
    isBarrier: (frame) => frame === pong,
    ignored: () => false,
  });
  return {
    frames: client.frames,
    send(text) {
      for (const packet of text.split(burst)) client.send(packet);
    },
    sendBinary: (bytes) => client.sendBinary(bytes),
    sendBytes: (bytes) => client.sendBytes(bytes),
    sendFragments: (pieces) => client.sendFragments(pieces),
    ping: (text) => client.ping(text),
    barrier: () => client.barrier(),
    changed: () => client.changed(),
    close: () => client.close(),
    cut: () => client.cut(),
    get closedWith() {
      return client.closedWith;
    },
    barredUntilMs() {
      const [, , until = "0"] =
        client.frames.findLast((frame) => frame.startsWith("9\t1\t"))?.split("\t") ?? [];
      return Number(until) * 1_000;
    },
  };
}

/**
 * @param choices the choices by which the recording is rewritten; ours, if absent
 * @param isBrief whether the first difference is enough
 * @returns the differences that no choice explains
 */
export async function replaySockchat(
  path: string,
  choices: readonly Choice[] = ourChoices,
  isBrief = false,
): Promise<readonly Difference[]> {
  const file = basename(path);
  const { seed, steps } = await readRecording(path);
  const house = await startHouse(seed, steps);
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
    if (/^(16|80)/.test(file)) await elapse(silencedSeconds * 1_000);
    return [];
  }

  try {
    const replay = new Replay({
      steps: rewritten(steps, file, choices),
      async connect(who) {
        const player = await connectPlayer(house, who);
        players.set(who, player);
        return player;
      },
      comparison: new SockchatComparison(file, choices),
      outside,
      lateMs: isBrief ? briefLateMs : lateMs,
      isBrief,
    });
    return await replay.run();
  } finally {
    await house.stop();
  }
}
