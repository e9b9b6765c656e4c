/** What may go wrong in the run: each sort of fault, how long it lasts, and what is done to the house. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { encode, journalStream, manifestBucket, snapshotStream } from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import type { Proxy as Link } from "../support/proxy.ts";
import type { Stack } from "../support/stack.ts";
import { type House, insist, pause, type Seat } from "./house.ts";
import type { FaultSort, PlannedFault } from "./schedule.ts";

/** A fault that is happening. `say`: whom it hit, once that is known and before it is done. */
interface Happening extends PlannedFault {
  readonly house: House;
  readonly say: (what: string) => void;
}

interface Fault extends FaultSort {
  /** Does it, and undoes it when it has lasted. Resolves when all is whole again. */
  readonly happen: (happening: Happening) => Promise<void>;
}

const short = [300, 2_000] as const;
const long = [1_500, 7_000] as const;
const blackHole = [5_000, 5_000] as const;

const picked = <T>(list: readonly T[], { pick }: PlannedFault): T => list[pick % list.length] as T;
const anyGateway = async (happening: Happening): Promise<Seat> =>
  picked(happening.house.gateways, happening);
const anyOf = async (happening: Happening): Promise<Seat> =>
  picked(happening.house.seats, happening);
const leader = ({ house }: Happening): Promise<Seat> => house.leader();
const standby = ({ house }: Happening): Promise<Seat> => house.standby();
const secondsOf = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

type Choice = (happening: Happening) => Promise<Seat>;

/** `kill -9`, and a start after a while. */
const killed = (name: string, choice: Choice): Fault => ({
  name: `${name} killed`,
  lastsMs: short,
  async happen(happening) {
    const { house, lastsMs, say } = happening;
    const seat = await choice(happening);
    await house.alone([seat.name], async () => {
      say(`${seat.name}, started again after ${secondsOf(lastsMs)}`);
      await house.restart(seat, "kill", lastsMs);
    });
  },
});

/** SIGSTOP, and SIGCONT after a while. */
const standing = (name: string, choice: Choice): Fault => ({
  name: `${name} standing still`,
  lastsMs: long,
  async happen(happening) {
    const { house, lastsMs, say } = happening;
    const seat = await choice(happening);
    await house.alone([seat.name], async () => {
      say(`${seat.name} for ${secondsOf(lastsMs)}`);
      seat.part.suspend();
      await pause(lastsMs);
      seat.part.resume();
    });
  },
});

interface LinkFault {
  readonly name: string;
  readonly lastsMs: readonly [number, number];
  /** @param share from 0 to 1 */
  harm(link: Link, share: number): void;
}

const linkFaults: readonly LinkFault[] = [
  { name: "cut", lastsMs: long, harm: (link) => link.cut() },
  { name: "half-open", lastsMs: long, harm: (link) => link.strand() },
  { name: "a black hole", lastsMs: blackHole, harm: (link) => link.hang() },
  { name: "slow", lastsMs: long, harm: (link, share) => link.slow(20 + 400 * share) },
];

function linkBetween(
  name: string,
  { lastsMs, ...fault }: LinkFault,
  choice: Choice,
  linksOf: (seat: Seat) => readonly Link[],
): Fault {
  return {
    name: `${name} ${fault.name}`,
    lastsMs,
    async happen(happening) {
      const { house, say, share } = happening;
      const seat = await choice(happening);
      const those = linksOf(seat);
      await house.alone([`${name} of ${seat.name}`], async () => {
        say(`${seat.name} for ${secondsOf(happening.lastsMs)}`);
        for (const link of those) fault.harm(link, share);
        await pause(happening.lastsMs);
        for (const link of those) link.resume();
      });
    },
  };
}

/** As many of each: the links of the leader to NATS, those of any process, and those of clients. */
const links: readonly Fault[] = linkFaults.flatMap((fault) => [
  linkBetween("link of the leader to nats", fault, leader, ({ bus }) => bus),
  linkBetween("link of a gateway to nats", fault, anyGateway, ({ bus }) => bus),
  linkBetween("links of clients", fault, anyGateway, ({ doors }) => doors),
]);

const dayMs = 86_400_000;
const offsetsMs = [-dayMs, -60_000, -10_000, 10_000, 60_000, dayMs];

const clocks: readonly Fault[] = [
  {
    name: "clock set",
    lastsMs: long,
    async happen(happening) {
      const { house, lastsMs, say, share } = happening;
      const seat = await anyOf(happening);
      const offsetMs = offsetsMs[Math.floor(share * 0.999 * offsetsMs.length)] ?? 0;
      await house.alone([`clock of ${seat.name}`], async () => {
        say(`${seat.name} by ${offsetMs / 1_000} s for ${secondsOf(lastsMs)}`);
        seat.part.setClock(offsetMs);
        await pause(lastsMs);
        seat.part.setClock(0);
      });
    },
  },
  {
    name: "clock running wrong",
    lastsMs: long,
    async happen(happening) {
      const { house, lastsMs, say, share } = happening;
      const seat = await anyOf(happening);
      const rate = share < 0.5 ? 0.2 + share : 1 + share;
      await house.alone([`clock of ${seat.name}`], async () => {
        say(`${seat.name} at ${rate.toFixed(2)} of its speed for ${secondsOf(lastsMs)}`);
        seat.part.setClock(0, rate);
        await pause(lastsMs);
        seat.part.setClock(0);
      });
    },
  },
];

interface StreamInfo {
  readonly config: { readonly max_bytes: number; readonly max_msgs: number };
  readonly state: { readonly messages: number; readonly bytes: number };
  readonly error?: { readonly description: string };
}

/** Gives the journal other bounds, as soon as NATS answers. */
async function boundJournal(
  { operator }: Stack,
  boundsOf: (info: StreamInfo) => object,
): Promise<StreamInfo> {
  const { name } = journalStream(community);
  const ask = async (verb: string, body: object): Promise<StreamInfo> => {
    const to = `$JS.API.STREAM.${verb}.${name}`;
    const { data } = await operator.coreBus.request(to, encode(body), { timeoutMs: 2_000 });
    const info = JSON.parse(new TextDecoder().decode(data)) as StreamInfo;
    if (info.error !== undefined) throw new Error(info.error.description);
    return info;
  };
  return insist("bounds of the journal", async () => {
    const info = await ask("INFO", {});
    await ask("UPDATE", { ...info.config, ...boundsOf(info) });
    return info;
  });
}

const full = (name: string, boundsOf: (info: StreamInfo) => object): Fault => ({
  name,
  lastsMs: long,
  async happen({ house, lastsMs, say }) {
    await house.alone(["journal"], async () => {
      say(`for ${secondsOf(lastsMs)}`);
      const { config } = await boundJournal(house.stack, boundsOf);
      await pause(lastsMs);
      const { max_bytes, max_msgs } = config;
      await boundJournal(house.stack, () => ({ max_bytes, max_msgs }));
    });
  },
});

interface Manifest {
  readonly entries: readonly {
    readonly kind: string;
    readonly name: string;
    readonly seq: number;
    readonly fileId: string;
    readonly madeAtMs: number;
  }[];
}

/** What was damaged: the older of two must be whole. */
const damaged = new WeakMap<House, Set<string>>();

/** Takes the bytes of the newest snapshot of a kind out of the store. @returns its name; undefined: there are no two */
async function damageNewest(house: House, kind: string): Promise<string | undefined> {
  const { coreBus } = house.stack.operator;
  const known = damaged.get(house) ?? new Set<string>();
  damaged.set(house, known);
  const bucket = await coreBus.bucket(manifestBucket(community), 5_000);
  const found = await bucket.get("snapshots");
  if (found === null) return undefined;
  const { entries } = JSON.parse(new TextDecoder().decode(found.value)) as Manifest;
  const [newest, older] = entries
    .filter((entry) => entry.kind === kind)
    .sort((one, other) => other.seq - one.seq);
  if (newest === undefined || older === undefined) return undefined;
  if (known.has(newest.fileId) || known.has(older.fileId)) return undefined;
  const { name, chunks } = snapshotStream(community);
  const manager = await jetstreamManager(coreBus.connection);
  await manager.streams.purge(name, { filter: `${chunks}.${newest.fileId}` });
  known.add(newest.fileId);
  return newest.name;
}

/** Ends a core and starts it without its projection. */
async function loseProjection(house: House, seat: Seat, downMs: number): Promise<void> {
  await house.restart(seat, "kill", downMs, () =>
    rm(join(seat.part.dataDir, "projection"), { recursive: true, force: true }),
  );
}

const whole: readonly Fault[] = [
  {
    name: "nats killed",
    lastsMs: short,
    async happen({ house, lastsMs, say }) {
      await house.alone(["nats"], async () => {
        say(`started again after ${secondsOf(lastsMs)}`);
        await house.stack.nats.kill();
        await pause(lastsMs);
        await house.stack.nats.start();
      });
    },
  },
  {
    name: "nats standing still",
    lastsMs: long,
    async happen({ house, lastsMs, say }) {
      await house.alone(["nats"], async () => {
        say(`for ${secondsOf(lastsMs)}`);
        house.stack.nats.suspend();
        await pause(lastsMs);
        house.stack.nats.resume();
      });
    },
  },
  {
    name: "everything killed",
    lastsMs: short,
    async happen({ house, lastsMs, say }) {
      await house.alone(["nats", ...house.seats.map(({ name }) => name)], async () => {
        say(`started again after ${secondsOf(lastsMs)}`);
        await house.restartAll(lastsMs);
      });
    },
  },
  {
    name: "rolling restart",
    lastsMs: [0, 500],
    async happen({ house, lastsMs, say }) {
      for (const seat of house.seats) {
        await house.alone([seat.name], async () => {
          say(`${seat.name} by SIGTERM`);
          await house.restart(seat, "stop", lastsMs);
        });
      }
    },
  },
  {
    name: "a lost projection",
    lastsMs: short,
    async happen(happening) {
      const { house, lastsMs, say } = happening;
      const seat = picked(house.cores, happening);
      await house.alone([seat.name], async () => {
        say(`${seat.name}, killed and started again after ${secondsOf(lastsMs)} without it`);
        await loseProjection(house, seat, lastsMs);
      });
    },
  },
  {
    name: "a damaged newest snapshot",
    lastsMs: short,
    async happen(happening) {
      const { house, lastsMs, say } = happening;
      const seat = picked(house.cores, happening);
      await house.alone(["snapshots", seat.name], async () => {
        const names: string[] = [];
        for (const kind of ["state", "history"]) {
          const name = await insist("the manifest", async () => ({
            found: await damageNewest(house, kind),
          }));
          if (name.found !== undefined) names.push(name.found);
        }
        say(
          names.length === 0
            ? "there are no two whole ones"
            : `${names.join(" and ")}; ${seat.name}, killed, begins with the one before`,
        );
        await loseProjection(house, seat, lastsMs);
      });
    },
  },
];

export const faults: readonly Fault[] = [
  killed("leading core", leader),
  killed("standby core", standby),
  killed("gateway", anyGateway),
  standing("leading core", leader),
  standing("standby core", standby),
  standing("gateway", anyGateway),
  ...links,
  ...clocks,
  // Above what is stored by then, for the server deletes the oldest otherwise.
  full("journal full", ({ state }) => ({ max_bytes: state.bytes + 64 * 1_024 })),
  full("store takes nothing", ({ state }) => ({ max_msgs: state.messages + 20 })),
  ...whole,
];
