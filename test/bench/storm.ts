/** All sockets of the gateways are gone at once: who is back when, and what others' pings do meanwhile. */
import { portOf, startStack } from "../support/stack.ts";
import { storm } from "../support/storm.ts";
import { percentile, startHelper } from "./child.ts";
import type { Figure } from "./figure.ts";

const limitMs = 120_000;
const socketsEach = 4;

/** @param scale 1 is the named size of 2,000 sockets */
export async function storms(scale: number): Promise<readonly Figure[]> {
  const sockets = Math.max(8, Math.round(1_000 * scale));
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { graceMs: 5_000, limits: { connectionsPerAddress: 100_000, actsPerMinute: 0 } },
  });
  const ports = [portOf(stack.originchats), portOf(stack.sockchat)].map(String);
  // In a process of its own: the clients here keep this one busy.
  const pinger = startHelper("./pinger.js", ports);
  try {
    const quiet = await quietPings(pinger);
    const told = await storm({
      stack,
      sockets,
      socketsEach,
      limitMs,
      onDrop: async () => {
        await pinger.ask({ ask: "begin" });
      },
    });
    const pings = pingsOf(await pinger.ask({ ask: "end" }));
    const all = sockets * 2;
    const share = (ms: number): number =>
      (100 * told.backMs.filter((each) => each <= ms).length) / all;
    const base = percentile(quiet, 0.5);
    const ping = (name: string, value: number): Figure => ({
      name,
      value,
      unit: "ms",
      ratio: value / base,
    });
    return [
      { name: "ping before, p50", value: base, unit: "ms" },
      ...[5, 10, 30].map((seconds) => ({
        name: `back after ${seconds} s`,
        value: share(seconds * 1_000),
        unit: `% of ${all}`,
      })),
      { name: "rightful and refused", value: told.refusals.length, unit: "log-ins" },
      { name: "without an answer", value: told.unanswered, unit: "log-ins" },
      { name: "turned away at the door", value: told.turnedAway, unit: "sockets" },
      ping("others' pings, p50", percentile(pings, 0.5)),
      ping("others' pings, p99", percentile(pings, 0.99)),
      ping("others' pings, worst", pings.at(-1) ?? Number.NaN),
    ];
  } finally {
    await pinger.stop();
    await stack.stop();
  }
}

type Pinger = ReturnType<typeof startHelper>;

const pingsOf = (answer: Readonly<Record<string, unknown>>): readonly number[] =>
  answer["pingMs"] as readonly number[];

async function quietPings(pinger: Pinger): Promise<readonly number[]> {
  await pinger.next();
  await pinger.ask({ ask: "begin" });
  return pingsOf(await pinger.ask({ ask: "after", count: 100 }));
}
