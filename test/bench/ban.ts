/**
 * From a ban to the end of the person's last socket, and to the moderator's acknowledgement, on four gateways
 * (docs/journal.md 4.5). Also counts what the banned were delivered behind the acknowledgement, which must be nothing.
 */
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import { percentile } from "./child.ts";
import type { Figure } from "./figure.ts";

const gatewaysOfEach = 2;
/** Of one person at one gateway. */
const each = 2;
/** Log-ins at once: each costs core a check of a password. */
const loginsAtOnce = 8;
/** How often messages are posted meanwhile. */
const postMs = 100;

interface Person {
  readonly name: string;
  readonly clients: readonly (OriginchatsClient | SockchatClient)[];
}

interface Ban {
  readonly acknowledgedMs: number;
  /** When each socket had heard its last. */
  readonly endsMs: readonly number[];
  readonly deliveredLate: number;
}

/** Signs a person in at every gateway. */
async function arrive(stack: Stack, name: string): Promise<Person> {
  await stack.operator.addUser(name, ["user"]);
  const clients: (OriginchatsClient | SockchatClient)[] = [];
  for (let index = 0; index < gatewaysOfEach; index += 1) {
    for (let n = 0; n < each; n += 1) {
      clients.push(await OriginchatsClient.signIn(portOf(stack.originchats, index), name));
      clients.push(await SockchatClient.signIn(portOf(stack.sockchat, index), name));
    }
  }
  return { name, clients };
}

async function ban(mona: OriginchatsClient, { name, clients }: Person): Promise<Ban> {
  const begun = performance.now();
  const ends = Promise.all(
    clients.map(async (client) => {
      await client.closed(30_000);
      return performance.now() - begun;
    }),
  );
  mona.send({ cmd: "user_ban", user: name });
  await mona.next("user_ban", (packet) => packet["user"] === name && packet["banned"] === true);
  const acknowledgedMs = performance.now() - begun;
  const heard = clients.map(({ log }) => log.length);
  const endsMs = await ends;
  // Farewells were written before: nothing else may come.
  const deliveredLate = clients.filter(({ log }, n) =>
    (log.since(heard[n] ?? 0) as readonly unknown[]).some((entry) =>
      JSON.stringify(entry).includes("meanwhile"),
    ),
  ).length;
  return { acknowledgedMs, endsMs, deliveredLate };
}

/** @param scale 1 is the named size of 1,000 sockets */
export async function bans(scale: number): Promise<readonly Figure[]> {
  const people = Math.max(1, Math.round((1_000 * scale) / (2 * gatewaysOfEach * each)));
  const stack = await startStack({
    originchats: gatewaysOfEach,
    sockchat: gatewaysOfEach,
    processes: ["core", "originchats", "sockchat"],
    config: {
      limits: { connectionsPerAddress: 10_000 },
    },
  });
  try {
    const mona = await OriginchatsClient.signIn(portOf(stack.originchats), "mona");
    const crowd: Person[] = [];
    const names = Array.from({ length: people }, (_, n) => `banned${n}`);
    const arriving = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        crowd.push(await arrive(stack, name));
      }
    };
    await Promise.all(Array.from({ length: loginsAtOnce }, arriving));
    let count = 0;
    const posting = setInterval(() => {
      count += 1;
      mona.say("general", `meanwhile ${count}`);
    }, postMs);
    const all: Ban[] = [];
    for (const person of crowd) all.push(await ban(mona, person));
    clearInterval(posting);
    const ends = all.flatMap(({ endsMs }) => endsMs).sort((a, b) => a - b);
    const told = all.map(({ acknowledgedMs }) => acknowledgedMs).sort((a, b) => a - b);
    const late = all.reduce((sum, { deliveredLate }) => sum + deliveredLate, 0);
    return [
      {
        name: `ban to the end of a socket, of ${ends.length}, p50`,
        value: percentile(ends, 0.5),
        unit: "ms",
        goal: 250,
      },
      { name: "the same, p99", value: percentile(ends, 0.99), unit: "ms", goal: 250 },
      { name: "the same, the last", value: ends.at(-1) ?? 0, unit: "ms", goal: 1_000 },
      {
        name: "ban to its acknowledgement, the longest",
        value: told.at(-1) ?? 0,
        unit: "ms",
        goal: 1_000,
      },
      { name: "sockets told of anything behind it", value: late, unit: "", goal: 0 },
    ];
  } finally {
    await stack.stop();
  }
}
