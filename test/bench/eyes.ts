/**
 * What an operator's eyes cost: the share of a process's CPU time that goes to metrics, the canary, traces and the log,
 * while one person's words go to many, and while many talk to few. By a profile of the very processes that do the work,
 * since two runs of a whole house, with and without, differ by more than what is looked for.
 */
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { Part } from "../support/part.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";
import { type Helper, startHelper } from "./child.ts";
import type { Figure } from "./figure.ts";
import { listenersLimits, signInListeners } from "./listeners.ts";
import { inspectorOf, type Profile, startProfile } from "./profile.ts";

const talkers = 16;
/** At most, of each process. */
const goal = 0.02;

/** The files that only look: ours, and the libraries that they stand on. */
const eyes: readonly RegExp[] = [
  /^service-kit\/dist\/(metrics|process-metrics|tracing|event-log|logger|console-line)\.js$/,
  /^gateway-kit\/dist\/(metrics|connection-log)\.js$/,
  /^gateway-kit\/dist\/canary\//,
  /^core\/dist\/(metrics|size-metric|adoption-metric)\.js$/,
  /^core\/dist\/leader\/event-lines\.js$/,
  /^node_modules\/(prom-client|pino|thread-stream|sonic-boom|@opentelemetry)\//,
];
const isEyes = (file: string): boolean => eyes.some((pattern) => pattern.test(file));

/** Each says a line, all of them arrive at all sockets, and again. */
async function talk(
  posters: readonly OriginchatsClient[],
  receiver: Helper,
  rounds: number,
  sockets: number,
): Promise<void> {
  await receiver.ask({ ask: "reset" });
  for (let round = 1; round <= rounds; round += 1) {
    const total = round * posters.length * sockets;
    const through = receiver.ask({ ask: "frames", total });
    for (const poster of posters) poster.say("general", `round ${round} ${"x".repeat(100)}`);
    await through;
  }
}

async function profiled(
  inspectors: readonly string[],
  work: () => Promise<void>,
): Promise<readonly Profile[]> {
  const ends = await Promise.all(inspectors.map(startProfile));
  await work();
  return Promise.all(ends.map((end) => end()));
}

const rows = (load: string, parts: readonly Part[], profiles: readonly Profile[]): Figure[] =>
  parts.flatMap((part, at): Figure[] => {
    const profile = profiles[at];
    if (profile === undefined) return [];
    const name = `${load}, ${part.kind}`;
    return [
      { name: `${name}: CPU in all`, value: profile.busyUs / 1e6, unit: "s" },
      { name: `${name}: share of the eyes`, value: profile.share(isEyes), unit: "", goal },
    ];
  });

/** @param scale 1 is 1,000 readers and 200 lines to them, then 400 rounds of 16 people who talk to 20 */
export async function eyesShare(scale: number): Promise<readonly Figure[]> {
  const many = Math.max(20, Math.round(1_000 * scale));
  const few = 20;
  process.env["NODE_OPTIONS"] = "--inspect=127.0.0.1:0";
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["originchats", "sockchat", "core"],
    config: {
      logLevel: "info",
      originchats: { floodWarn: 1_000_000, floodClose: 1_000_000 },
      limits: listenersLimits,
    },
  });
  delete process.env["NODE_OPTIONS"];
  const parts = [...stack.cores, ...stack.originchats, ...stack.sockchat];
  // At once: of what a process prints only the last is kept.
  const inspectors = parts.map((part) => inspectorOf(asProcess(part).output()));
  const receiver = startHelper("./receiver.js");
  try {
    const posters: OriginchatsClient[] = [];
    for (let n = 0; n < talkers; n += 1) {
      posters.push(await OriginchatsClient.signIn(portOf(stack.originchats), "ada"));
    }
    await signInListeners(stack, receiver, "few", few);
    const rounds = Math.max(20, Math.round(400 * scale));
    await talk(posters, receiver, Math.ceil(rounds / 4), few);
    const talking = await profiled(inspectors, () => talk(posters, receiver, rounds, few));
    await signInListeners(stack, receiver, "many", many - few);
    const lines = Math.max(20, Math.round(200 * scale));
    const told = await profiled(inspectors, () => talk(posters.slice(0, 1), receiver, lines, many));
    return [
      ...rows(`${talkers} talk to ${few}`, parts, talking),
      ...rows(`one talks to ${many}`, parts, told),
    ];
  } finally {
    await receiver.stop();
    await stack.stop();
  }
}
