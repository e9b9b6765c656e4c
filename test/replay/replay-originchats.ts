/** Replays recordings of OriginChats against a house of our own, one house a file. */
import { basename } from "node:path";
import { OriginchatsComparison } from "./originchats.ts";
import { originchatsHouse } from "./originchats-house.ts";
import type { Difference, ReplayClient } from "./protocol.ts";
import { readRecording } from "./recording.ts";
import { Replay } from "./run.ts";
import { connectReplay } from "./socket.ts";

const lateMs = 1_500;

async function connect(port: number): Promise<ReplayClient> {
  const client = await connectReplay(`ws://127.0.0.1:${port}/`, {
    askBarrier: (send, n) => {
      send(JSON.stringify({ cmd: "ping", listener: `barrier ${n}` }));
      return true;
    },
    // Before the login it is answered by an auth_error like everything else.
    isBarrier: (frame, n) =>
      frame.includes(`"listener":"barrier ${n}"`) ||
      frame === '{"cmd":"auth_error","val":"Authentication required"}',
    ignored: (frame) => frame === '{"cmd":"ping"}',
  });
  while (client.frames.length === 0) await client.changed();
  return client;
}

/** @returns the differences that no choice explains */
export async function replayOriginchats(path: string): Promise<readonly Difference[]> {
  const file = basename(path);
  const steps = await readRecording(path);
  const house = await originchatsHouse(file);
  try {
    const replay = new Replay({
      steps,
      connect: () => connect(house.port),
      comparison: new OriginchatsComparison(file),
      lateMs,
    });
    return await replay.run();
  } finally {
    await house.stop();
  }
}
