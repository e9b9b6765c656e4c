/**
 * The house of the run: real processes, each with a link of its own to NATS and one for its clients, and somebody who
 * starts them again, as a supervisor does.
 */
import { readFile } from "node:fs/promises";
import { journalStream } from "@dragoman/bus-schema";
import { type ClusterNode, type NatsCluster, startCluster } from "@dragoman/testing/cluster";
import { DeadlineError, eventually } from "@dragoman/testing/deadline";
import { community, secondNatsBinary } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { leaderOf, whole } from "../support/cluster.ts";
import type { Kind, ProcessPart } from "../support/part.ts";
import { type Proxy as Link, startProxy } from "../support/proxy.ts";
import { asProcess, furnish, type Stack, startStack } from "../support/stack.ts";

/** A process, its links, and what is done to it at this moment. */
export interface Seat {
  readonly kind: Kind;
  readonly name: string;
  readonly part: ProcessPart;
  /** Between it and each server of NATS, in their order. */
  readonly bus: readonly Link[];
  /** Between its clients and it; none of cores. */
  readonly doors: readonly Link[];
  /** Nobody minds that it ends: somebody starts it again. */
  isExpected: boolean;
}

export interface HouseOptions {
  readonly cores: number;
  readonly gatewaysOfEach: number;
  /** How many servers of NATS: 1, or a cluster of three that keeps everything three times. */
  readonly nodes: number;
  /** Told of whatever happens that nobody planned. */
  readonly onEvent: (line: string) => void;
}

/** A process that is started again on a busy machine, with faults on its links: where many wait for a core it takes minutes. */
const readyMs = 900_000;
const upAgainMs = 300;
const unreached = /DRAGOMAN_NATS_URL: .*start the NATS server, or say where it is$/;

/** Snapshots and trims all the time, people who may be back at once. */
const config = {
  logLevel: "info",
  drainMs: 3_000,
  storage: { journalBytes: 256 * 1_024 * 1_024 },
  snapshots: { everyRecords: 50, historyRecords: 60, keptMs: 4_000 },
  limits: { sockchatSessionsPerPerson: 50, connectionsPerAddress: 10_000 },
  sockchat: { backlog: 200 },
  journal: { comeBackMs: 500 },
} as const;

export class House {
  readonly stack: Stack;
  readonly cluster: NatsCluster | undefined;
  readonly cores: readonly Seat[];
  readonly gateways: readonly Seat[];
  /** Ends that nobody planned, in words. */
  readonly ends: string[] = [];
  readonly #options: HouseOptions;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #links: readonly Link[];
  #isOver = false;

  private constructor(
    stack: Stack,
    cluster: NatsCluster | undefined,
    seats: readonly Seat[],
    options: HouseOptions,
  ) {
    this.stack = stack;
    this.cluster = cluster;
    this.cores = seats.filter(({ kind }) => kind === "core");
    this.gateways = seats.filter(({ kind }) => kind !== "core");
    this.#links = seats.flatMap(({ bus, doors }) => [...bus, ...doors]);
    this.#options = options;
    for (const seat of seats) this.#watch(seat);
  }

  /** @throws Error where a cluster is asked for and there is no nats-server for one */
  static async open(options: HouseOptions): Promise<House> {
    const { nodes } = options;
    const cluster = nodes === 1 ? undefined : await openCluster(nodes);
    const stack = await startStack({
      cores: 0,
      processes: ["core", "originchats", "sockchat"],
      settable: true,
      readyMs,
      config: { ...config, nats: { replicas: nodes } },
      ...(cluster === undefined ? {} : { servers: cluster }),
    });
    const ports = (cluster?.nodes ?? [stack.nats]).map(({ port }) => port);
    const seats: Seat[] = [];
    try {
      for (const kind of ["core", "originchats", "sockchat"] as const) {
        const count = kind === "core" ? options.cores : options.gatewaysOfEach;
        for (let n = 0; n < count; n += 1) {
          const bus = await Promise.all(ports.map((port) => startProxy(port)));
          const natsUrl = bus.map(({ url }) => url).join(",");
          const part = asProcess(await stack.add(kind, { natsUrl }));
          const doors = kind === "core" ? [] : [await startProxy(part.port, "anything")];
          seats.push({ kind, name: part.name, part, bus, doors, isExpected: false });
          if (kind === "core" && n === 0) {
            await stack.operator.term();
            await furnish(stack.operator);
          }
        }
      }
    } catch (error) {
      await stack.stop();
      for (const { bus, doors } of seats) for (const link of [...bus, ...doors]) await link.stop();
      throw error;
    }
    const house = new House(stack, cluster, seats, options);
    await house.natsWhole();
    return house;
  }

  /** Resolves when every server has every stream whole. */
  async natsWhole(): Promise<void> {
    if (this.cluster === undefined) return;
    await whole(this.stack.operator.coreBus, this.cluster.nodes.length, readyMs);
  }

  /** The servers of the cluster: the one that leads the journal, then the others. */
  async nodes(): Promise<readonly ClusterNode[]> {
    const { cluster } = this;
    if (cluster === undefined) return [];
    const { name } = journalStream(community);
    const leader = await insist("a node that leads the journal", () =>
      leaderOf(cluster, this.stack.operator.coreBus, name),
    );
    return [leader, ...cluster.nodes.filter((node) => node !== leader)];
  }

  /** The links of all processes to one server of the cluster. */
  linksTo(node: ClusterNode): readonly Link[] {
    const at = this.cluster?.nodes.indexOf(node) ?? -1;
    return this.seats.flatMap(({ bus }) => bus.slice(at, at + 1));
  }

  get seats(): readonly Seat[] {
    return [...this.cores, ...this.gateways];
  }

  /** The core that leads; any that runs where none says so. */
  async leader(): Promise<Seat> {
    for (const seat of this.cores) {
      if (await this.#leads(seat)) return seat;
    }
    return this.cores[0] as Seat;
  }

  /** A core that does not lead. */
  async standby(): Promise<Seat> {
    const leader = await this.leader();
    return this.cores.find((seat) => seat !== leader) ?? leader;
  }

  async #leads({ part }: Seat): Promise<boolean> {
    try {
      return (await part.metric("dragoman_core_leading", 500)) === 1;
    } catch {
      // It is gone, or stands still.
      return false;
    }
  }

  /** Has something to itself while a fault is done to it: two faults of one thing come one after the other. */
  async alone(things: readonly string[], act: () => Promise<void>): Promise<void> {
    for (;;) {
      const busy = things.flatMap((thing) => this.#busy.get(thing) ?? []);
      if (busy.length === 0) break;
      await Promise.all(busy);
    }
    const done = act();
    const settled = done.catch(() => undefined);
    for (const thing of things) this.#busy.set(thing, settled);
    try {
      await done;
    } finally {
      for (const thing of things) this.#busy.delete(thing);
    }
  }

  /** Ends a process and starts it again after so long. Resolves when it is ready. */
  async restart(
    seat: Seat,
    how: "kill" | "stop",
    downMs: number,
    meanwhile: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    seat.isExpected = true;
    try {
      await (how === "kill" ? seat.part.kill() : this.#stop(seat));
      await meanwhile();
      await pause(downMs);
    } finally {
      this.#start(seat);
    }
    await this.ready(seat);
  }

  /** SIGTERM, and what a supervisor does with whoever does not end by it. */
  async #stop({ name, part }: Seat): Promise<void> {
    try {
      await part.stop();
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      this.#options.onEvent(`${name} is killed: ${error.message}`);
      await part.kill();
    }
  }

  /** Ends everything at once, and starts it again. */
  async restartAll(downMs: number): Promise<void> {
    const { nats } = this.stack;
    for (const seat of this.seats) seat.isExpected = true;
    await Promise.all([nats.kill(), ...this.seats.map(({ part }) => part.kill())]);
    await pause(downMs);
    await nats.start();
    for (const seat of this.seats) this.#start(seat);
    await Promise.all(this.seats.map((seat) => this.ready(seat)));
  }

  #start(seat: Seat): void {
    if (this.#isOver) return;
    seat.part.start();
    seat.isExpected = false;
    this.#watch(seat);
  }

  /** Starts a process again that ends without having been told to. */
  #watch(seat: Seat): void {
    const { child } = seat.part;
    child.once("exit", (code, signal) => {
      if (seat.isExpected || this.#isOver || seat.part.child !== child) return;
      const said = seat.part.output().trim().split("\n").slice(-3).join("\n");
      const line = `${seat.name} ended by itself (${signal ?? code}): ${said}`;
      // A process that cannot reach NATS as it starts says so and ends, for its supervisor to try again.
      if (code !== 1 || !unreached.test(said)) this.ends.push(line);
      this.#options.onEvent(line);
      setTimeout(() => this.#start(seat), upAgainMs);
    });
  }

  /** Takes every fault away, and waits until everything is ready. */
  async heal(): Promise<void> {
    for (const link of this.#links) link.resume();
    for (const { part } of this.seats) part.setClock(0);
    await Promise.all(this.seats.map((seat) => this.ready(seat)));
  }

  /** Memory of each process, in MiB. */
  async memory(): Promise<readonly string[]> {
    return Promise.all(
      this.seats.map(async ({ name, part }) => {
        const status = await readFile(`/proc/${part.child.pid}/status`, "utf8");
        const kb = Number(/VmRSS:\s+([0-9]+)/.exec(status)?.[1] ?? 0);
        return `${name} ${Math.round(kb / 1_024)}`;
      }),
    );
  }

  /** What the journal still holds, in words. */
  async journal(): Promise<string> {
    const { state } = await insist("the journal", async () => {
      const manager = await jetstreamManager(this.stack.operator.coreBus.connection);
      return manager.streams.info(journalStream(community).name);
    });
    return `the journal holds records ${state.first_seq} to ${state.last_seq}`;
  }

  /** Waits until a process says that it is ready, whoever else ends it meanwhile. */
  async ready({ name, part }: Seat): Promise<void> {
    await eventually(readyMs, `${name} ready`, async () => {
      await part.ready(readyMs);
      return true;
    });
  }

  async close(): Promise<void> {
    this.#isOver = true;
    for (const link of this.#links) link.resume();
    await this.stack.stop();
    for (const link of this.#links) await link.stop();
  }
}

async function openCluster(size: number): Promise<NatsCluster> {
  const binary = await secondNatsBinary();
  if (binary === undefined) throw new Error("there is no nats-server for a cluster");
  return startCluster({ binary, size, isQuiet: true });
}

/** Lets a fault last. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Does something on the bus until the bus lets it. */
export const insist = <T>(what: string, act: () => Promise<T>): Promise<NonNullable<T>> =>
  eventually(readyMs, what, act);
