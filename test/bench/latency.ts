/** From one protocol's socket to the other's, unloaded, as a ratio to a NATS request in the same run. */
import { type Bus, createLogger, Bus as ServiceBus } from "@dragoman/service-kit";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import { percentile, startHelper } from "./child.ts";
import type { Figure } from "./figure.ts";

const subject = "dragoman.v1.main.bench";

async function requests(bus: Bus, count: number): Promise<readonly number[]> {
  const payload = Buffer.alloc(200, 0x61);
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const begun = performance.now();
    await bus.request(subject, payload, { timeoutMs: 5_000 });
    took.push(performance.now() - begun);
  }
  return took.sort((a, b) => a - b);
}

/** The time of each message from its sending to its arrival on the other side. */
async function crossings(
  way: string,
  send: (text: string) => void,
  arrives: (text: string) => Promise<unknown>,
  count: number,
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const text = `${way} ${n} ${"x".repeat(100)}`;
    const begun = performance.now();
    const arrived = arrives(text);
    send(text);
    await arrived;
    took.push(performance.now() - begun);
  }
  return took.sort((a, b) => a - b);
}

async function measure(stack: Stack, count: number): Promise<readonly Figure[]> {
  const { user, password } = stack.nats.credentials("core");
  const echo = startHelper("./echo.js", [stack.nats.url, user, password, subject]);
  await echo.next();
  const logger = createLogger("silent", "bench");
  const bus = await ServiceBus.connect({
    url: stack.nats.url,
    user,
    password,
    name: "core",
    logger,
  });
  try {
    const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
    const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
    await requests(bus, count / 4);
    const floor = await requests(bus, count);
    const forth = (times: number) =>
      crossings(
        "there",
        (text) => ada.say("general", text),
        (text) => ben.next("2", (packet) => packet[3] === text),
        times,
      );
    const back = (times: number) =>
      crossings(
        "back",
        (text) => ben.say(text),
        (text) =>
          ada.next("message_new", (packet) => JSON.stringify(packet["message"]).includes(text)),
        times,
      );
    // As long as the floor's: the first of both would pay for the compiler of the other.
    await forth(count / 4);
    await back(count / 4);
    const there = await forth(count);
    const returned = await back(count);
    const again = await requests(bus, count);
    const base = (percentile(floor, 0.5) + percentile(again, 0.5)) / 2;
    const row = (name: string, value: number, goal?: number): Figure => ({
      name,
      value,
      unit: "ms",
      ratio: value / base,
      ...(goal === undefined ? {} : { goal }),
    });
    await Promise.all([ada.close(), ben.close()]);
    return [
      { name: "NATS request, p50", value: base, unit: "ms" },
      row("OriginChats to Sock Chat, p50", percentile(there, 0.5), 2.5),
      row("OriginChats to Sock Chat, p99", percentile(there, 0.99)),
      row("Sock Chat to OriginChats, p50", percentile(returned, 0.5), 2.5),
      row("Sock Chat to OriginChats, p99", percentile(returned, 0.99)),
    ];
  } finally {
    await bus.close();
    await echo.stop();
  }
}

/** @param scale 1 is the named size of 2,000 messages each way */
export async function latency(scale: number): Promise<readonly Figure[]> {
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: {
      originchats: { floodWarn: 1_000_000, floodClose: 1_000_000 },
      sockchat: { floodWarn: 1_000_000, floodKick: 1_000_000 },
    },
  });
  try {
    return await measure(stack, Math.max(20, Math.round(2_000 * scale)));
  } finally {
    await stack.stop();
  }
}
