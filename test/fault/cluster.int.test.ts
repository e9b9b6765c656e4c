/**
 * Three nats-servers keep everything three times (docs/operation/cluster.md). Whichever process dies or stands still,
 * nothing is lost, doubled or out of order, and nobody believes that the journal went back (docs/journal.md 1.3).
 *
 * The long form (`DRAGOMAN_TEST_LONG=1`) does it again and again, and measures how long nobody's message is accepted.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { journalStream, leaseBucket } from "@dragoman/bus-schema";
import { type ClusterNode, type NatsCluster, startCluster } from "@dragoman/testing/cluster";
import { elapse, eventually } from "@dragoman/testing/deadline";
import { community, secondNatsBinary } from "@dragoman/testing/nats";
import { leaderOf, ledWithout, whole } from "../support/cluster.ts";
import { Crowd } from "../support/crowd.ts";
import { LogWatch, linesOf } from "../support/logs.ts";
import type { Part } from "../support/part.ts";
import { asProcess, type Stack, startStack } from "../support/stack.ts";

const isLong = process.env["DRAGOMAN_TEST_LONG"] === "1";
const rounds = isLong ? Number(process.env["DRAGOMAN_TEST_ROUNDS"] ?? "8") : 1;
const replicas = 3;
const standMs = 8_000;
/** A vote of the servers alone takes up to 9 s. */
const acceptMs = 40_000;
/** What no log may tell of, whenever. */
const believed = /journal_rewound|journal_halted|journal_gone|built anew|begins anew|PROTOCOL_ERR/;
const journal = journalStream(community).name;
const lease = `KV_${leaseBucket(community)}`;

interface House {
  readonly cluster: NatsCluster;
  readonly stack: Stack;
  readonly watch: LogWatch;
  readonly crowd: Crowd;
  readonly t: TestContext;
  /** How long nobody's message was accepted behind each kind of fault. */
  readonly pauses: Map<string, number[]>;
}

/** Does harm, and waits until a message is accepted that was said after it. */
async function harm(house: House, kind: string, work: () => Promise<void> | void): Promise<void> {
  const { crowd, pauses } = house;
  const begun = performance.now();
  const done = Promise.resolve(work());
  const next = () =>
    [...crowd.accepted.values()]
      .flatMap((accepted) => accepted.filter(({ saidMs }) => saidMs > begun))
      .map(({ acceptedMs }) => acceptedMs - begun);
  await eventually(acceptMs, `a message accepted after: ${kind}`, () => next().length > 0);
  await done;
  note(pauses, kind, Math.min(...next()));
}

function note(pauses: House["pauses"], kind: string, ms: number): void {
  pauses.set(kind, [...(pauses.get(kind) ?? []), Math.round(ms)]);
}

const everybodyHeard = ({ crowd }: House): Promise<void> => crowd.everybodyHeard(acceptMs);

async function killNode(house: House, node: ClusterNode): Promise<void> {
  const { cluster, stack, pauses } = house;
  const bus = stack.operator.coreBus;
  const led: string[] = [];
  for (const name of [journal, lease]) {
    if ((await leaderOf(cluster, bus, name)) === node) led.push(name);
  }
  const what = led.length === 0 ? "neither journal nor lease" : led.join(" and ");
  const kind = `kill of the node that leads ${what}`;
  let votes: Promise<void> = Promise.resolve();
  await harm(house, kind, async () => {
    const begun = performance.now();
    await node.kill();
    if (led.length === 0) return;
    votes = ledWithout(node, bus, led).then(() =>
      note(pauses, `${kind}, of that the servers' vote`, performance.now() - begun),
    );
  });
  await votes;
  await everybodyHeard(house);
  await node.start();
  await whole(bus, replicas);
}

async function standNode(house: House, isLeader: boolean): Promise<void> {
  const { cluster, stack } = house;
  const leader = await leaderOf(cluster, stack.operator.coreBus, journal);
  const node = isLeader ? leader : cluster.nodes.find((each) => each !== leader);
  assert.ok(node);
  const kind = `${standMs} ms of standing of ${isLeader ? "the journal's node" : "another node"}`;
  await harm(house, kind, () => node.suspend());
  await elapse(standMs);
  node.resume();
  await whole(stack.operator.coreBus, replicas);
  await everybodyHeard(house);
}

/** Two of three are gone: no core says that it is ready, but why not; one of them back, and all is well. */
async function loseMost({ cluster, stack }: House): Promise<void> {
  const [first, second] = cluster.nodes;
  await Promise.all([first?.kill(), second?.kill()]);
  const living = stack.cores.filter((part) => asProcess(part).child.signalCode === null);
  for (const core of living) {
    await eventually(acceptMs, `${core.name} to say that nobody leads`, async () =>
      /nobody has led for \d+ s, so nothing can be written/.test(await core.whyNotReady()),
    );
  }
  await Promise.all([first?.start(), second?.start()]);
  for (const core of living) {
    await eventually(acceptMs, `${core.name}`, async () => (await core.whyNotReady()) === "");
  }
}

/** Power fails under all three, and one of them does not come back: the other two are the house. */
async function loseAll({ cluster, stack }: House): Promise<void> {
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  await Promise.all(cluster.nodes.slice(1).map((node) => node.start()));
  const living = stack.cores.filter((part) => asProcess(part).child.signalCode === null);
  for (const core of living) {
    await eventually(
      acceptMs,
      `${core.name} on two servers`,
      async () => (await core.whyNotReady()) === "",
    );
  }
  await stack.operator.mustAccept({
    type: "channel.update",
    channel: "random",
    description: "on two servers",
  });
}

async function leadingCore({ stack }: House): Promise<Part> {
  const leads = async (part: Part): Promise<boolean> =>
    part.kind === "core" && (await asProcess(part).metric("dragoman_core_leading")) === 1;
  return eventually(20_000, "a core that leads", async () => {
    for (const part of stack.cores) {
      if (asProcess(part).child.exitCode !== null || asProcess(part).child.signalCode !== null)
        continue;
      if (await leads(part)) return part;
    }
    return undefined;
  });
}

async function killCore(house: House): Promise<void> {
  const core = await leadingCore(house);
  await harm(house, "kill of the leading core", () => asProcess(core).kill());
  await everybodyHeard(house);
  house.watch.add(asProcess(await house.stack.add("core")));
}

async function killGateway(house: House): Promise<void> {
  const gateway = house.stack.originchats.at(-1);
  await harm(house, "kill of a gateway", () => asProcess(gateway).kill());
  await everybodyHeard(house);
  house.watch.add(asProcess(await house.stack.add("originchats")));
}

function say(t: TestContext, pauses: House["pauses"]): void {
  for (const [kind, list] of pauses) {
    const sorted = [...list].sort((a, b) => a - b);
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    t.diagnostic(
      `${kind}: ${sorted.length} times, after p50 ${at(0.5)}, p99 ${at(0.99)}, max ${sorted.at(-1)} ms`,
    );
  }
}

async function trial(t: TestContext, binary: string): Promise<void> {
  const cluster = await startCluster({ binary });
  const stack = await startStack({
    servers: cluster,
    cores: 2,
    originchats: 2,
    sockchat: 2,
    processes: ["core", "originchats", "sockchat"],
    config: { nats: { replicas } },
  });
  const isLiving = (part: Part): boolean => asProcess(part).child.signalCode === null;
  const crowd = new Crowd((protocol) =>
    stack[protocol].filter(isLiving).map(({ port }) => ({ protocol, port })),
  );
  t.after(async () => {
    crowd.end();
    const spoken = crowd.settle();
    await stack.stop();
    await spoken;
  });
  await whole(stack.operator.coreBus, replicas);
  await crowd.begin(acceptMs);
  const watch = new LogWatch();
  for (const part of [...stack.cores, ...stack.originchats, ...stack.sockchat]) {
    watch.add(asProcess(part));
  }
  const house: House = { cluster, stack, watch, crowd, t, pauses: new Map() };
  const begun = watch.logs;
  for (let round = 0; round < rounds; round += 1) {
    for (const node of cluster.nodes) await killNode(house, node);
    await standNode(house, true);
    await standNode(house, false);
    await killCore(house);
    await killGateway(house);
  }
  await crowd.settle();
  say(t, house.pauses);

  const said = await crowd.judge(stack.operator.coreBus);
  assert.deepEqual(linesOf(watch.behind(begun), believed), []);
  await loseMost(house);
  await loseAll(house);
  const losses = linesOf(watch.behind(begun), /bus is lost/);
  t.diagnostic(`${losses.length} losses of the bus by all processes`);
  t.diagnostic(said);
}

const binary = await secondNatsBinary();
if (binary !== undefined) {
  test("nothing is lost on three servers, whichever dies or stands still", (t) => trial(t, binary));
}
