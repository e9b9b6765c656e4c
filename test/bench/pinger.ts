/** Somebody on each side who pings all the time, in a process of its own. The parent says from when to when. */
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";

type Ask =
  | { readonly ask: "begin" }
  | { readonly ask: "end" }
  /** As `end`, once so many were answered. */
  | { readonly ask: "after"; readonly count: number };

const limitMs = 60_000;
const [originchatsPort, sockchatPort] = process.argv.slice(2).map(Number);
let pingMs: number[] = [];
let target = Number.POSITIVE_INFINITY;

function tell(): void {
  target = Number.POSITIVE_INFINITY;
  process.send?.({ pingMs: pingMs.sort((a, b) => a - b) });
}

/** Each ping when the one before is answered, and no more often than people could notice. */
async function pingOn(ping: () => Promise<unknown>): Promise<never> {
  for (;;) {
    const begun = performance.now();
    await ping();
    pingMs.push(performance.now() - begun);
    if (pingMs.length >= target) tell();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const olga = await OriginchatsClient.signIn(originchatsPort ?? 0, "olga");
const mona = await SockchatClient.signIn(sockchatPort ?? 0, "mona");
process.on("message", (asked: Ask) => {
  if (asked.ask === "begin") {
    pingMs = [];
    process.send?.({ begun: true });
  } else if (asked.ask === "end") tell();
  else target = asked.count;
});
process.send?.({ ready: true });
await Promise.all([
  pingOn(async () => {
    const pong = olga.log.next("pong", ({ cmd }) => cmd === "pong", limitMs);
    olga.send({ cmd: "ping" });
    await pong;
  }),
  pingOn(async () => {
    const pong = mona.log.next("pong", ([id]) => id === "0", limitMs);
    mona.send("0", mona.userId);
    await pong;
  }),
]);
