/** Replays recordings of Sock Chat against a house of our own, one house a file. */
import { basename } from "node:path";
import { elapse } from "@dragoman/testing/deadline";
import type { Run } from "../again.ts";
import { type House, startHouse } from "../house.ts";
import { Judge, type Judgement } from "../judge.ts";
import { play } from "../play.ts";
import type { Difference } from "../protocol.ts";
import { type Action, type Recording, readRecording, type Step } from "../recording.ts";
import type { Score } from "../score.ts";
import { personOf } from "../seed.ts";
import { connectReplay, type ReplayClient } from "../socket.ts";
import type { Packet } from "./packet.ts";
import { keptFrame, sockchat } from "./protocol.ts";
import { type Rewritten, type Rules, rewritten } from "./rewrite.ts";
import { rules as ourRules } from "./rules.ts";

/** A frame that is expected comes, but on a busy machine late. */
const lateMs = 30_000;
/** The same where a difference is likely. */
const briefLateMs = 1_000;
const pong = "0\tpong";

async function connect(house: House, who: string): Promise<ReplayClient> {
  let isIn = false;
  return connectReplay(`ws://127.0.0.1:${house.port}/`, {
    headers: house.headersOf(who),
    askBarrier(send) {
      if (isIn) send("0\t0");
      return isIn;
    },
    isBarrier: (frame) => frame === pong,
    ignored: () => false,
    kept(frame) {
      isIn ||= frame.startsWith("1\ty\t");
      return keptFrame(frame, Date.now());
    },
  });
}

export interface SockchatRun extends Run<Packet, null> {
  readonly recording: Recording;
  readonly rewritten: Rewritten;
  readonly score: Score;
  readonly differences: readonly Difference[];
}

/** Who is closed at a step, in the order in which the others heard of it. */
function inOrderOfEnd({ closed, received }: Step, { seed }: Recording): readonly string[] {
  const ids = [...received.values()]
    .flat()
    .flatMap((frame) => (frame.startsWith("3\t") ? [frame.split("\t")[1]] : []));
  const place = (who: string): number => {
    const person = seed.people.find(({ name }) => name === personOf(seed, who));
    const at = ids.indexOf(person?.identity?.id);
    return at < 0 ? ids.length : at;
  };
  return [...closed.keys()].sort((one, other) => place(one) - place(other));
}

/**
 * Plays a recording, and keeps what came.
 * @throws Error when the file's first line is no seed
 */
export const replaySockchat = async (path: string): Promise<SockchatRun> =>
  playSockchat(basename(path), await readRecording(path));

/**
 * Plays a recording that was read.
 * @param otherwise rules in place of ours: it ends at the first difference then
 */
export async function playSockchat(
  name: string,
  recording: Recording,
  otherwise?: Rules,
): Promise<SockchatRun> {
  const made = rewritten(recording.steps, recording.seed, otherwise ?? ourRules);
  const judgement: Judgement<Packet, null> = {
    recording: { seed: recording.seed, steps: made.steps },
    protocol: sockchat,
    rules: [],
    detours: [],
    ids: new Map(),
  };
  const house = await startHouse(recording.seed, recording.steps);
  const players = new Map<string, ReplayClient>();

  /** What a recorded wait was for: a ban's end, or that those are closed who do not ping, one after the other. */
  async function outside(action: Action, step: Step): Promise<ReadonlyMap<string, string[]>> {
    for (const who of inOrderOfEnd(step, recording)) {
      const leaving = players.get(who);
      while (leaving !== undefined && leaving.closedWith === undefined) {
        for (const each of players.values()) {
          if (each !== leaving && each.closedWith === undefined) await each.barrier();
        }
        await Promise.race([leaving.changed(), elapse(50)]);
      }
    }
    if (action.do === "wait" && step.closed.size === 0) await elapse(action.ms);
    return new Map();
  }

  const judge = new Judge(judgement);
  try {
    const played = await play({
      judge,
      async connect(who) {
        const player = await connect(house, who);
        players.set(who, player);
        return player;
      },
      outside,
      lateMs: otherwise === undefined ? lateMs : briefLateMs,
      isBrief: otherwise !== undefined,
    });
    const differences = played.flatMap((step) => step.differences);
    judge.score.asRecorded = made.kept;
    for (const [title, frames] of made.byRule) judge.score.byRule.set(title, frames);
    return { name, judgement, played, recording, rewritten: made, score: judge.score, differences };
  } finally {
    await house.stop();
  }
}
