/**
 * What years of history cost: a journal of a named size, and how long a core needs until it is ready and has answered a
 * page: from its first record, with its own projection, without any local file, and as a standby whose leader is killed.
 * What many accounts and places cost: what core and gateways have in memory, with nobody there and with thousands, and how long a
 * gateway needs to start. Seconds; there is no floor.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { journalStream, manifestBucket } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { natsUserOf, type ProcessPart, startProcess } from "../support/part.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import { Crowd } from "./crowd.ts";
import type { Figure } from "./figure.ts";
import { fill, type Size } from "./fill.ts";

/** The named size, and how many of the people are there at once. */
const size: Size = { people: 200_000, places: 5_000, messages: 1_000_000 };
const here = 5_000;
const coreMbMax = 400;
const gatewayMbMax = 300;
const gatewaySecondsMax = 3;
const patienceMs = 3_600_000;
/** Of `/proc/<pid>/stat`; the same on every Linux of today. */
const ticksPerSecond = 100;
/** What the stock client asks once it is in. */
const boot = [
  "channels_get",
  "users_list",
  "users_online",
  "roles_list",
  "emoji_get_all",
  "unreads_get",
];
/** Nothing has to be done by then but what was put off. */
const restMs = 10_000;
class Growth {
  readonly #stack: Stack;
  readonly #folder: string;
  readonly #crowd: Crowd;
  readonly figures: Figure[] = [];
  #cores = 0;

  constructor(stack: Stack, folder: string, crowd: Crowd) {
    this.#stack = stack;
    this.#folder = folder;
    this.#crowd = crowd;
  }

  /** Starts a core and measures until it is ready, and until it has answered a page of history. */
  async start(what: string, name?: string): Promise<ProcessPart> {
    const { nats } = this.#stack;
    this.#cores += 1;
    const begun = performance.now();
    const core = await startProcess({
      kind: "core",
      name: name ?? `core-${this.#cores}`,
      folder: this.#folder,
      natsUrl: nats.url,
      credentials: nats.credentials("core"),
      config: this.#crowd.config,
    });
    await core.ready(patienceMs);
    this.add(`${what}: ready`, (performance.now() - begun) / 1_000, "s");
    this.add(`${what}: of that its own work`, cpuSeconds(core.child.pid), "s");
    if (this.#cores !== 0) {
      await this.#page();
      this.add(`${what}: a page is answered`, (performance.now() - begun) / 1_000, "s");
    }
    this.memory(what, core, coreMbMax);
    return core;
  }

  /** Starts a gateway beside the leader, without anybody. */
  async gateway(kind: "originchats" | "sockchat"): Promise<ProcessPart> {
    const { nats } = this.#stack;
    const begun = performance.now();
    const gateway = await startProcess({
      kind,
      name: `${kind}-process`,
      folder: this.#folder,
      natsUrl: nats.url,
      credentials: nats.credentials(natsUserOf[kind]),
      config: this.#crowd.config,
    });
    await gateway.ready(patienceMs);
    this.add(`${kind}: ready`, (performance.now() - begun) / 1_000, "s", gatewaySecondsMax);
    this.add(`${kind}: of that its own work`, cpuSeconds(gateway.child.pid), "s");
    return gateway;
  }

  memory(what: string, { child }: ProcessPart, goal?: number): void {
    this.add(`${what}: memory`, statusMb(child.pid, "VmRSS"), "MB", goal);
    this.add(`${what}: memory at most`, statusMb(child.pid, "VmHWM"), "MB");
  }

  add(name: string, value: number, unit: string, goal?: number): void {
    this.figures.push({ name, value, unit, ...(goal === undefined ? {} : { goal }) });
    process.stderr.write(`  ${name}: ${value.toFixed(2)} ${unit}\n`);
  }

  async #page(): Promise<void> {
    await eventually(patienceMs, "a page", async () => {
      const ada = await OriginchatsClient.signIn(portOf(this.#stack.originchats), "ada");
      try {
        const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 20 });
        return Array.isArray(page["messages"]) && page["messages"].length === 20;
      } finally {
        ada.socket.terminate();
      }
    });
  }

  /** Waits until there is a snapshot of each kind. */
  async snapshots(): Promise<void> {
    const begun = performance.now();
    const bucket = await this.#stack.operator.coreBus.bucket(manifestBucket(community), 5_000);
    await eventually(patienceMs, "snapshots", async () => {
      const text = new TextDecoder().decode((await bucket.get("snapshots"))?.value);
      return text.includes('"state"') && text.includes('"history"');
    });
    this.add("snapshots of state and history made", (performance.now() - begun) / 1_000, "s");
    const manifest = new TextDecoder().decode((await bucket.get("snapshots"))?.value);
    const { entries } = JSON.parse(manifest) as { entries: { kind: string; size: number }[] };
    for (const { kind, size } of entries) this.add(`snapshot of ${kind}`, size / 1e6, "MB");
  }

  /** Kills the leader with a warm standby at hand. */
  async failover(leader: ProcessPart): Promise<void> {
    const before = await this.#stack.operator.term();
    const begun = performance.now();
    await leader.kill();
    await eventually(patienceMs, "another term", async () => {
      return (await this.#stack.operator.term()) > before;
    });
    await this.#stack.operator.mustAccept({
      type: "channel.update",
      channel: "random",
      description: "x",
    });
    this.add("leader killed: next accepted command", (performance.now() - begun) / 1_000, "s");
  }
}

function statusMb(pid: number | undefined, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kb = "0"] = new RegExp(`${field}:\\s+([0-9]+)`).exec(status) ?? [];
  return Number(kb) / 1_024;
}

/** What a process has computed since its start, on all its threads: on a busy machine it waits besides. */
function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** Two gateways beside a leader, then thousands of people in them; a stock client's first questions are answered. */
async function crowded(
  measured: Growth,
  leader: ProcessPart,
  crowd: Crowd,
  people: number,
): Promise<void> {
  const gateways: ProcessPart[] = [];
  try {
    for (const kind of ["originchats", "sockchat"] as const) {
      gateways.push(await measured.gateway(kind));
    }
    const [originchats, sockchat] = gateways.map(({ port }) => port) as [number, number];
    await pause(restMs);
    for (const part of gateways) measured.memory(`${part.kind}, nobody there`, part, gatewayMbMax);
    measured.memory("core, nobody there", leader, coreMbMax);
    const begun = performance.now();
    await crowd.enter(originchats, sockchat, people / 2);
    measured.add(`${people} people are in`, (performance.now() - begun) / 1_000, "s");
    await pause(restMs);
    for (const part of gateways) {
      measured.memory(`${part.kind}, ${people} there`, part, gatewayMbMax);
    }
    measured.memory(`core, ${people} there`, leader, coreMbMax);
    const asked = performance.now();
    const ada = await OriginchatsClient.signIn(originchats, "ada");
    for (const cmd of boot) await ada.ask({ cmd }, patienceMs);
    measured.add("originchats: in, and its lists there", (performance.now() - asked) / 1_000, "s");
    const came = performance.now();
    const ben = await SockchatClient.signIn(sockchat, "ben");
    measured.add("sockchat: in, and its lists there", (performance.now() - came) / 1_000, "s");
    ben.say("hello to everybody");
    await ada.sees("hello to everybody");
    for (const { socket } of [ada, ben]) socket.terminate();
  } finally {
    await Promise.allSettled(gateways.map((part) => part.stop()));
  }
}

/** Scales of the named size: of messages, and of people and places. */
export async function growth(scale: number, people: number): Promise<readonly Figure[]> {
  const crowd = await Crowd.start();
  const stack = await startStack({ originchats: 1, config: crowd.config });
  const folder = await mkdtemp(join(tmpdir(), "dragoman-growth-"));
  const parts: ProcessPart[] = [];
  try {
    const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
    for (let n = 1; n <= 20; n += 1) ada.say("general", `beginning ${n}`);
    await ada.sees("beginning 20");
    ada.socket.terminate();
    await stack.cores[0]?.stop();
    const measured = new Growth(stack, folder, crowd);
    const begun = performance.now();
    await fill(stack, {
      people: Math.round(size.people * people),
      places: Math.round(size.places * people),
      messages: Math.round(size.messages * scale),
    });
    measured.add("journal written", (performance.now() - begun) / 1_000, "s");
    const manager = await jetstreamManager(stack.operator.coreBus.connection);
    const { state } = await manager.streams.info(journalStream(community).name);
    measured.add("records in the journal", state.messages, "");
    measured.add("journal", state.bytes / 1e6, "MB");
    const first = await measured.start("from the first record", "core-local");
    parts.push(first);
    await measured.snapshots();
    await first.stop();
    const second = await measured.start("with its projection", "core-local");
    parts.push(second);
    await second.stop();
    const third = await measured.start("without any file");
    parts.push(third);
    await crowded(measured, third, crowd, 2 * Math.round((here * people) / 2));
    const standby = await measured.start("a standby without any file");
    parts.push(standby);
    await measured.failover(third);
    return measured.figures;
  } finally {
    await Promise.allSettled(parts.map((part) => part.stop()));
    await stack.stop();
    await crowd.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
