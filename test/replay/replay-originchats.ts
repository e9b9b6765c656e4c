/** Replays recordings of OriginChats against a house of our own, one house a file. */
import { basename } from "node:path";
import type { Difference } from "./comparison.ts";
import { startHouse } from "./house.ts";
import { masked, OriginchatsComparison } from "./originchats.ts";
import { replayHttp } from "./originchats-http.ts";
import { type Recording, readRecording } from "./recording.ts";
import { Replay } from "./run.ts";
import { connectReplay, type ReplayClient } from "./socket.ts";

const heartbeat = '{"cmd":"ping"}';
const lateMs = 3_000;
/** Where a frame may never come. */
const explainedLateMs = 250;

async function connect(port: number, hearsPings: boolean): Promise<ReplayClient> {
  const client = await connectReplay(`ws://127.0.0.1:${port}/`, {
    askBarrier: (send, n) => {
      send(JSON.stringify({ cmd: "ping", listener: `barrier ${n}` }));
      return true;
    },
    // Before the login it is answered by an auth_error like everything else.
    isBarrier: (frame, n) =>
      frame.includes(`"listener":"barrier ${n}"`) ||
      frame === '{"cmd":"auth_error","val":"Authentication required"}',
    ignored: (frame) => frame === heartbeat && !hearsPings,
  });
  while (client.frames.length === 0) await client.changed();
  return client;
}

export interface Outcome {
  /** What no choice explains. */
  readonly differences: readonly Difference[];
  /** What detours explain, as far as it was seen. */
  readonly explained: readonly Difference[];
}

async function play(file: string, { seed, steps }: Recording): Promise<Outcome> {
  const house = await startHouse(seed, steps);
  try {
    const comparison = new OriginchatsComparison(file, house.ids);
    const keys = new Map<string, string>();
    const replay = new Replay({
      steps,
      async connect(who) {
        const client = await connect(house.port, seed.settings.pingMs !== undefined);
        const [, key = ""] = /"validator_key":"([^"]+)"/.exec(client.frames[0] ?? "") ?? [];
        keys.set(who, key);
        return client;
      },
      comparison,
      outside: (step) =>
        replayHttp(step, {
          file,
          port: house.port,
          translate: (text) => comparison.translate(text),
          mask: masked,
          learn: (expected, actual) => comparison.learn(expected, actual),
          keyOf: (who) => keys.get(who) ?? "",
        }),
      lateMs,
      explainedLateMs,
    });
    return { differences: await replay.run(), explained: replay.explained };
  } finally {
    await house.stop();
  }
}

export async function replayOriginchats(path: string): Promise<Outcome> {
  const file = basename(path);
  const { differences, explained } = await play(file, await readRecording(path));
  const idle = new OriginchatsComparison(file).idleDetours(explained);
  const stale = idle.map(
    ({ what, lines }) =>
      ({ line: lines[0] ?? 0, who: "choices", kind: "stale", frame: what }) as const,
  );
  return { differences: [...differences, ...stale], explained };
}
