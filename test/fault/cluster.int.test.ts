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
import { postedTexts, readJournal } from "../support/journal.ts";
import { LogWatch, linesOf } from "../support/logs.ts";
import type { Part } from "../support/part.ts";
import { assertKept, overOriginchats, overSockchat, Speaker } from "../support/speaker.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

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
  readonly speakers: readonly Speaker[];
  readonly t: TestContext;
  /** How long nobody's message was accepted behind each kind of fault. */
  readonly pauses: Map<string, number[]>;
}

/** Does harm, and waits until a message is accepted that was said after it. */
async function harm(house: House, kind: string, work: () => Promise<void> | void): Promise<void> {
  const { speakers, pauses } = house;
  const begun = performance.now();
  const done = Promise.resolve(work());
  const next = () =>
    speakers
      .flatMap(({ accepted }) => accepted.filter(({ saidMs }) => saidMs > begun))
      .map(({ acceptedMs }) => acceptedMs - begun);
  await eventually(acceptMs, `a message accepted after: ${kind}`, () => next().length > 0);
  await done;
  note(pauses, kind, Math.min(...next()));
}

function note(pauses: House["pauses"], kind: string, ms: number): void {
  pauses.set(kind, [...(pauses.get(kind) ?? []), Math.round(ms)]);
}

/** Every person is heard again. */
async function everybodyHeard({ speakers }: House): Promise<void> {
  const marks = speakers.map(({ accepted }) => accepted.length);
  await eventually(acceptMs, "everybody heard", () =>
    speakers.every(({ accepted }, n) => accepted.length > (marks[n] ?? 0)),
  );
}

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

/** The port of a gateway that lives, the nth from the end. */
function living(parts: readonly Part[], n: number): number {
  const alive = parts.filter((part) => asProcess(part).child.signalCode === null);
  return portOf(alive, n % alive.length);
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
  const speakers: Speaker[] = [];
  t.after(async () => {
    const spoken = speakers.map((speaker) => speaker.end());
    await stack.stop();
    await Promise.all(spoken);
  });
  await whole(stack.operator.coreBus, replicas);
  const options = { limitMs: 60_000 };
  let came = 0;
  const another = (parts: readonly Part[]): number => {
    came += 1;
    return living(parts, came);
  };
  const viaOriginchats = (name: string) => () => overOriginchats(another(stack.originchats), name);
  const viaSockchat = (name: string) => () => overSockchat(another(stack.sockchat), name);
  speakers.push(
    await Speaker.begin("ada", viaOriginchats("ada"), options),
    await Speaker.begin("ben", viaSockchat("ben"), options),
    await Speaker.begin("mona", viaOriginchats("mona"), options),
    await Speaker.begin("olga", viaSockchat("olga"), options),
  );
  const watch = new LogWatch();
  for (const part of [...stack.cores, ...stack.originchats, ...stack.sockchat]) {
    watch.add(asProcess(part));
  }
  const house: House = { cluster, stack, watch, speakers, t, pauses: new Map() };
  const begun = watch.logs;
  for (let round = 0; round < rounds; round += 1) {
    for (const node of cluster.nodes) await killNode(house, node);
    await standNode(house, true);
    await standNode(house, false);
    await killCore(house);
    await killGateway(house);
  }
  await Promise.all(speakers.map((speaker) => speaker.end()));
  say(t, house.pauses);

  const posted = postedTexts(await readJournal(stack.operator.coreBus));
  const last = posted.at(-1) ?? "";
  await Promise.all(speakers.map(({ client }) => client.sees(last, 10_000)));
  assertKept(speakers, posted);
  assert.deepEqual(linesOf(watch.behind(begun), believed), []);
  const losses = linesOf(watch.behind(begun), /bus is lost/);
  const connections = speakers.map((speaker) => speaker.connections.length).join(", ");
  t.diagnostic(`${losses.length} losses of the bus by all processes`);
  t.diagnostic(`${posted.length} messages; connections of each: ${connections}`);
  for (const speaker of speakers) speaker.client.end();
}

const binary = await secondNatsBinary();
if (binary !== undefined) {
  test("nothing is lost on three servers, whichever dies or stands still", (t) => trial(t, binary));
}
