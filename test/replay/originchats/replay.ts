/** Plays recordings of OriginChats against houses of ours. */

import { basename } from "node:path";
import type { Run } from "../again.ts";
import { readDetours } from "../detour.ts";
import { startHouse } from "../house.ts";
import { Judge, type Judgement } from "../judge.ts";
import { play } from "../play.ts";
import type { Difference } from "../protocol.ts";
import { type Recording, readRecording } from "../recording.ts";
import { connectReplay, type ReplayClient } from "../socket.ts";
import type { Frame } from "./frame.ts";
import { askAgain, httpClient } from "./http.ts";
import { type OriginchatsRule, originchats } from "./protocol.ts";
import { rules } from "./rules.ts";
import type { Community } from "./state.ts";

const heartbeat = '{"cmd":"ping"}';
/** A frame that is expected comes, but on a busy machine late. */
const lateMs = 30_000;
/** The same where a difference is likely. */
const briefLateMs = 1_000;

/** How many pings of the server a client hears in a recording. */
const pingsOf = ({ steps }: Recording, who: string): number =>
  steps.flatMap(({ received }) => received.get(who) ?? []).filter((text) => text === heartbeat)
    .length;

/** @param pings of the server that are part of the recording; those behind them come if the replay takes longer */
async function connect(port: number, pings: number): Promise<ReplayClient> {
  let heard = 0;
  const client = await connectReplay(`ws://127.0.0.1:${port}/`, {
    askBarrier: (send, n) => {
      send(JSON.stringify({ cmd: "ping", listener: `barrier ${n}` }));
      return true;
    },
    // Before the login it is answered by an auth_error like everything else.
    isBarrier: (frame, n) =>
      frame.includes(`"listener":"barrier ${n}"`) ||
      frame === '{"cmd":"auth_error","val":"Authentication required"}',
    ignored: (frame) => frame === heartbeat && ++heard > pings,
  });
  while (client.frames.length === 0) await client.changed();
  return client;
}

/** A recording that was played, with all that came, and how it went. */
export interface OriginchatsRun extends Run<Frame, Community> {
  readonly differences: readonly Difference[];
}

/**
 * Plays one recording in a house of its own.
 * @param otherwise rules in place of ours: it ends at the first difference then
 * @throws Error when the file is no recording, or the house cannot be built from its seed
 */
export async function replayOriginchats(
  path: string,
  otherwise?: readonly OriginchatsRule[],
): Promise<OriginchatsRun> {
  const recording = await readRecording(path);
  const detours = await readDetours("originchats", path);
  const house = await startHouse(recording.seed, recording.steps);
  try {
    const judgement: Judgement<Frame, Community> = {
      recording,
      protocol: originchats,
      rules: otherwise ?? rules,
      detours,
      ids: house.ids,
    };
    const judge = new Judge(judgement);
    const played = await play({
      judge,
      connect: (who) =>
        connect(
          house.port,
          recording.seed.settings.pingMs === undefined ? 0 : pingsOf(recording, who),
        ),
      async outside(action) {
        if (action.do !== "http") return new Map();
        return new Map([[httpClient, [await askAgain(house.port, action)]]]);
      },
      lateMs: otherwise === undefined ? lateMs : briefLateMs,
      isBrief: otherwise !== undefined,
    });
    const differences = played.flatMap((step) => step.differences);
    return { name: basename(path), judgement, played, score: judge.score, differences };
  } finally {
    await house.stop();
  }
}
