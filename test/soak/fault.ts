/** What may go wrong in the run: each sort of fault, how long it lasts, and what is done to the house. */
import type { ClusterNode } from "@dragoman/testing/cluster";
import type { Proxy as Link } from "../support/proxy.ts";
import { damageNewest, full, loseProjection } from "./fault-store.ts";
import { blackHole, type Fault, type Happening, long, secondsOf, short } from "./happening.ts";
import { type House, insist, pause, type Seat } from "./house.ts";
import type { PlannedFault } from "./schedule.ts";

const picked = <T>(list: readonly T[], { pick }: PlannedFault): T => list[pick % list.length] as T;
const anyGateway = async (happening: Happening): Promise<Seat> =>
  picked(happening.house.gateways, happening);
const anyOf = async (happening: Happening): Promise<Seat> =>
  picked(happening.house.seats, happening);
const leader = ({ house }: Happening): Promise<Seat> => house.leader();
const standby = ({ house }: Happening): Promise<Seat> => house.standby();

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

const journalNode = async ({ house }: Happening): Promise<ClusterNode> =>
  (await house.nodes())[0] as ClusterNode;
const otherNode = async (happening: Happening): Promise<ClusterNode> =>
  picked((await happening.house.nodes()).slice(1), happening);

/** What may happen to one server of a cluster, which goes on without it. */
function nodeFaults(
  name: string,
  choice: (happening: Happening) => Promise<ClusterNode>,
): readonly Fault[] {
  const fault = (
    what: string,
    lastsMs: Fault["lastsMs"],
    begin: (node: ClusterNode, house: House) => Promise<void> | void,
    end: (node: ClusterNode, house: House) => Promise<void> | void,
  ): Fault => ({
    name: `${name} ${what}`,
    lastsMs,
    async happen(happening) {
      const { house } = happening;
      await house.alone(["nats"], async () => {
        const node = await choice(happening);
        happening.say(`${node.name} for ${secondsOf(happening.lastsMs)}`);
        await begin(node, house);
        await pause(happening.lastsMs);
        await end(node, house);
        await house.natsWhole();
      });
    },
  });
  const resume = (node: ClusterNode, house: House): void => {
    for (const link of house.linksTo(node)) link.resume();
  };
  return [
    fault(
      "killed",
      short,
      (node) => node.kill(),
      (node) => node.start(),
    ),
    fault(
      "standing still",
      long,
      (node) => node.suspend(),
      (node) => node.resume(),
    ),
    ...linkFaults.map((link) =>
      fault(
        `unreachable: ${link.name}`,
        link.lastsMs,
        (node, house) => {
          for (const each of house.linksTo(node)) link.harm(each, 0.5);
        },
        resume,
      ),
    ),
  ];
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
        await house.natsWhole();
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
        await house.natsWhole();
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

const everywhere: readonly Fault[] = [
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

const onCluster: readonly Fault[] = [
  ...nodeFaults("node of the journal", journalNode),
  ...nodeFaults("another node", otherNode),
];

/** What may go wrong with so many servers of NATS. */
export const faultsOn = (nodes: number): readonly Fault[] =>
  nodes === 1 ? everywhere : [...everywhere, ...onCluster];
