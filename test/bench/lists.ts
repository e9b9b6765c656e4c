/**
 * What others notice while ten people ask for the same list at once, in a community of a named size: the time of a message
 * from one person to another at the same gateway, beside the same chat without the askers. By turns, so that what else the
 * machine does meets both.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import { type Helper, percentile, startHelper } from "./child.ts";
import type { Figure } from "./figure.ts";
import { fill } from "./fill.ts";

const askers = 10;
const turns = 4;
/** How often one message is sent, and how many of a turn at least. */
const everyMs = 20;
const messagesMin = 50;
const patienceMs = 600_000;
/** Others' p99 meanwhile, ms. */
const goalMs = 50;

/** How others fare: sorted times of their messages, ms. */
interface Told {
  readonly what: string;
  readonly quietMs: readonly number[];
  readonly askedMs: readonly number[];
  /** By turns, how many times as long a message took while they asked, p90. */
  readonly ratios: readonly number[];
  /** Until all had it, the longest, ms, and how much that was for one, in bytes. */
  readonly answeredMs: number;
  readonly bytes: number;
}

/** One who speaks and one who hears it, at one gateway. */
interface Pair {
  readonly say: (text: string) => void;
  readonly sees: (text: string) => Promise<void>;
  readonly end: () => void;
}

async function onOriginchats(port: number): Promise<Pair> {
  const [olga, mona] = [
    await OriginchatsClient.signIn(port, "olga"),
    await OriginchatsClient.signIn(port, "mona"),
  ];
  return {
    say: (text) => olga.say("general", text),
    sees: (text) => mona.sees(text, patienceMs),
    end: () => {
      for (const { socket } of [olga, mona]) socket.terminate();
    },
  };
}

async function onSockchat(port: number): Promise<Pair> {
  const [olga, mona] = [
    await SockchatClient.signIn(port, "olga"),
    await SockchatClient.signIn(port, "mona"),
  ];
  return {
    say: (text) => olga.say(text),
    sees: (text) => mona.sees(text, patienceMs),
    end: () => {
      for (const { socket } of [olga, mona]) socket.terminate();
    },
  };
}

let count = 0;

/** The times of messages while something goes on, and of so many at least, sorted. */
async function chat(pair: Pair, meanwhile: () => Promise<void>): Promise<readonly number[]> {
  const took: Promise<number>[] = [];
  const say = async (): Promise<number> => {
    count += 1;
    const text = `line ${count}`;
    const seen = pair.sees(text);
    const begun = performance.now();
    pair.say(text);
    await seen;
    return performance.now() - begun;
  };
  let isOver = false;
  const doing = meanwhile().finally(() => {
    isOver = true;
  });
  while (!isOver || took.length < messagesMin) {
    took.push(say());
    await pause(everyMs);
  }
  await doing;
  return (await Promise.all(took)).sort((a, b) => a - b);
}

/** Compares the chat while they ask with the chat without them. */
async function compare(
  what: string,
  pair: Pair,
  ask: (turn: number) => Promise<{ readonly tookMs: number; readonly bytes: number }>,
): Promise<Told> {
  const quietMs: number[] = [];
  const askedMs: number[] = [];
  const ratios: number[] = [];
  let answeredMs = 0;
  let bytes = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const quiet = await chat(pair, async () => undefined);
    const asked = await chat(pair, async () => {
      const answer = await ask(turn);
      answeredMs = Math.max(answeredMs, answer.tookMs);
      bytes = answer.bytes / askers;
    });
    quietMs.push(...quiet);
    askedMs.push(...asked);
    ratios.push(percentile(asked, 0.9) / percentile(quiet, 0.9));
  }
  process.stderr.write(`  ${what}\n`);
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  return {
    what,
    quietMs: sorted(quietMs),
    askedMs: sorted(askedMs),
    ratios: sorted(ratios),
    answeredMs,
    bytes,
  };
}

type Answer = { readonly tookMs: number; readonly bytes: number };

/** Ten people of OriginChats ask for each list; something about people and channels changes before each time. */
async function originchatsLists(
  stack: Stack,
  port: number,
  limit: number,
  cmds: readonly string[],
): Promise<readonly Told[]> {
  const names = Array.from({ length: askers }, (_, n) => `asker${n}`);
  const pair = await onOriginchats(port);
  const asker = startHelper("./asker.js", [String(port), ...names]);
  try {
    await asker.next(patienceMs);
    const told: Told[] = [];
    for (const cmd of cmds) {
      told.push(
        await compare(`${cmd}, at most ${limit} people`, pair, async (turn) => {
          await stack.operator.mustAccept({
            type: "channel.update",
            channel: "random",
            description: `turn ${turn}`,
          });
          return (await asker.ask({ ask: "list", cmd })) as unknown as Answer;
        }),
      );
    }
    return told;
  } finally {
    pair.end();
    await asker.stop();
  }
}

/** Ten people of Sock Chat come in at once, and are shown who is there. */
async function sockchatComing(
  port: number,
  hellos: (turn: number) => readonly string[],
): Promise<Told> {
  const pair = await onSockchat(port);
  const asker: Helper = startHelper("./asker.js", [String(port)]);
  try {
    await asker.next();
    return await compare("coming in on Sock Chat", pair, async (turn) => {
      return (await asker.ask({ ask: "come", port, hellos: hellos(turn) })) as unknown as Answer;
    });
  } finally {
    pair.end();
    await asker.stop();
  }
}

interface Crowding {
  readonly people: number;
  readonly places: number;
  /** `limits.listedPeople`, one gateway for each. */
  readonly listed: readonly number[];
  readonly cmds: readonly string[];
}

/** How others fare in a community of so many. */
async function compareLists({ people, places, listed, cmds }: Crowding): Promise<readonly Told[]> {
  const site = await startSite("sharpchat");
  const limits = {
    connectionsPerAddress: 1_000_000,
    registrationsPerHour: 0,
    messagesPerMinute: 0,
    actsPerMinute: 0,
  };
  const config = {
    accounts: { providers: ["local", "site"] as ("local" | "site")[] },
    site: { url: site.base, secret: siteSecret },
    originchats: { floodWarn: 1_000_000, floodClose: 1_000_000 },
    sockchat: { floodWarn: 1_000_000, floodKick: 1_000_000 },
    limits,
  };
  const folder = await mkdtemp(join(tmpdir(), "dragoman-lists-"));
  const stack = await startStack({
    originchats: 1,
    processes: ["core", "originchats", "sockchat"],
    config,
  });
  try {
    const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
    ada.say("general", "beginning");
    await ada.sees("beginning");
    ada.socket.terminate();
    for (let n = 0; n < askers; n += 1) await stack.operator.addUser(`asker${n}`);
    await stack.cores[0]?.stop();
    await fill(stack, { people, places, messages: 0 });
    await stack.add("core");
    const told: Told[] = [];
    for (const listedPeople of listed) {
      const gateway = await stack.add("originchats", {
        config: { limits: { ...limits, listedPeople } },
      });
      told.push(...(await originchatsLists(stack, gateway.port, listedPeople, cmds)));
      await gateway.stop();
    }
    const { port } = await stack.add("sockchat");
    const coming = (turn: number): readonly string[] =>
      Array.from({ length: askers }, (_, n) => {
        const id = turn * askers + n + 1;
        const token = `site-${id}`;
        site.members.set(token, { id, name: `site${id}`, token });
        return `1\t${id}\t${token}`;
      });
    told.push(await sockchatComing(port, coming));
    return told;
  } finally {
    await stack.stop();
    await site.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param scale 1 is the named size of 50,000 accounts and 5,000 channels and threads */
export async function lists(scale: number): Promise<readonly Figure[]> {
  const people = Math.round(50_000 * scale);
  const told = await compareLists({
    people,
    places: Math.round(5_000 * scale),
    listed: [people + 1_000, 5_000],
    cmds: ["users_list", "users_online", "channels_get", "roles_list", "emoji_get_all"],
  });
  return told.flatMap(({ what, quietMs, askedMs, answeredMs, bytes }) => [
    { name: `${what}: for one`, value: bytes / 1e6, unit: "MB" },
    { name: `${what}: all ten have it after`, value: answeredMs, unit: "ms" },
    { name: `${what}: others' p99 without`, value: percentile(quietMs, 0.99), unit: "ms" },
    {
      name: `${what}: others' p99 meanwhile`,
      value: percentile(askedMs, 0.99),
      unit: "ms",
      goal: goalMs,
    },
    { name: `${what}: others' worst meanwhile`, value: askedMs.at(-1) ?? 0, unit: "ms" },
  ]);
}
