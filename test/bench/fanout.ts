/**
 * Gateway CPU per delivered frame, as a ratio to a raw `net.Socket` write of the same bytes in the same run: one
 * event to all sockets, and sixteen events pending for each.
 */
import { OriginchatsClient } from "../support/originchats-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";
import { cpuUs, type Helper, startHelper } from "./child.ts";
import type { Figure } from "./figure.ts";
import { listenersLimits, signInListeners } from "./listeners.ts";

const frameBytes = 204;
const burst = 16;

/** Microseconds of CPU per frame of the floor. */
async function measureFloor(sockets: number, rounds: number): Promise<number> {
  const floor = startHelper("./floor.js");
  const receiver = startHelper("./receiver.js");
  try {
    const { port } = await floor.next();
    await receiver.ask({ ask: "open", port, count: sockets });
    const before = cpuUs(floor.child.pid);
    for (let round = 1; round <= rounds; round += 1) {
      const through = receiver.ask({ ask: "frames", total: round * sockets });
      await floor.ask({ bytes: frameBytes, count: sockets });
      await through;
    }
    return (cpuUs(floor.child.pid) - before) / (rounds * sockets);
  } finally {
    await Promise.all([floor.stop(), receiver.stop()]);
  }
}

/** A text that makes packet 2 a frame of `frameBytes` while message numbers have three digits. */
function textOf(author: string): string {
  const around = `2\t1700000000\t${author}\t\t100\t10010`.length;
  return "x".repeat(frameBytes - 4 - around);
}

async function postRounds(
  posters: readonly OriginchatsClient[],
  receiver: Helper,
  rounds: number,
  sockets: number,
): Promise<void> {
  const text = textOf("1000000000");
  await receiver.ask({ ask: "reset" });
  for (let round = 1; round <= rounds; round += 1) {
    const total = round * posters.length * sockets;
    const through = receiver.ask({ ask: "frames", total });
    for (const poster of posters) poster.say("general", text);
    await through;
  }
}

/** @param scale 1 is the named size of 1,000 sockets and 300 rounds */
export async function fanout(scale: number): Promise<readonly Figure[]> {
  const sockets = Math.max(10, Math.round(1_000 * scale));
  const rounds = Math.max(10, Math.round(300 * scale));
  const floorUs = await measureFloor(sockets, rounds);
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["sockchat", "core"],
    config: {
      originchats: { floodWarn: 1_000_000, floodClose: 1_000_000 },
      limits: listenersLimits,
    },
  });
  const receiver = startHelper("./receiver.js");
  try {
    const posters: OriginchatsClient[] = [];
    for (let n = 0; n < burst; n += 1) {
      posters.push(await OriginchatsClient.signIn(portOf(stack.originchats), "ada"));
    }
    await signInListeners(stack, receiver, "listener", sockets);
    await receiver.ask({ ask: "settle" });
    const pid = asProcess(stack.sockchat[0]).child.pid;
    const before = cpuUs(pid);
    await postRounds(posters.slice(0, 1), receiver, rounds, sockets);
    const between = cpuUs(pid);
    const bursts = Math.max(5, Math.round(rounds / 5));
    await postRounds(posters, receiver, bursts, sockets);
    const after = cpuUs(pid);
    const oneUs = (between - before) / (rounds * sockets);
    const burstUs = (after - between) / (bursts * burst * sockets);
    const unit = "µs CPU";
    return [
      { name: "raw net.Socket write of 204 bytes", value: floorUs, unit },
      { name: "frame, one event to all", value: oneUs, unit, ratio: oneUs / floorUs, goal: 1.4 },
      {
        name: "frame, 16 events pending",
        value: burstUs,
        unit,
        ratio: burstUs / floorUs,
        goal: 0.2,
      },
    ];
  } finally {
    await receiver.stop();
    await stack.stop();
  }
}
