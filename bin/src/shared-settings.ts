/** The settings that all processes of a house share, as an operator reads, puts and watches them. */
import { setTimeout as pause } from "node:timers/promises";
import type { CommunityId, HeartbeatReply, ProcessFacts } from "@dragoman/bus-schema";
import {
  Bus,
  BusError,
  type Config,
  createLogger,
  isFollowed,
  OperatorError,
  readShared,
  type SharedChange,
  sharedChanges,
  sharedFaults,
  type Tree,
} from "@dragoman/service-kit";
import { exitCode } from "./command/exit-code.ts";
import { edges } from "./edges.ts";
import type { House } from "./house-hands.ts";

const lookMs = 200;
/** Longer than a process waits between two looks at the settings. */
const answerMs = 15_000;
/** How long the bus is waited for where the settings are only looked at. */
const patienceMs = 2_000;

/** What one process made of a revision. */
interface Outcome {
  readonly name: string;
  /** `older`: of a version that does not follow them. `silent`: it has said nothing in time. */
  readonly outcome: "taken" | "refused" | "silent" | "older";
  /** Of `refused`. */
  readonly why?: string;
  /** Of the settings that have changed: those that its own file or environment beats. */
  readonly own: readonly string[];
  /** Those that hold after a restart. */
  readonly restart: readonly string[];
  /** Those that its version does not know. */
  readonly unknown: readonly string[];
}

export interface Put {
  /** The revision that holds. */
  readonly revision: number;
  readonly changes: readonly (SharedChange & { readonly followed: boolean })[];
  /** Empty where nothing was put. */
  readonly processes: readonly Outcome[];
  /** They are put, and the journal did not take that: why, in words. The audit log knows nothing of it. */
  readonly unlogged?: string;
}

export interface PutOptions {
  /** What the settings were read from, for words. */
  readonly what: string;
  /** The revision that they follow; undefined: the one of the moment. */
  readonly expected?: number;
  /** Only says what would change. */
  readonly dryRun: boolean;
}

/**
 * Puts settings in the place of those that all share, and waits for what each process makes of them.
 * @throws OperatorError saying what is wrong with them, or that another revision has come meanwhile
 */
export async function putShared(house: House, settings: Tree, options: PutOptions): Promise<Put> {
  const { what, expected, dryRun } = options;
  const faults = sharedFaults(settings, edges);
  if (faults.length > 0) throw new OperatorError(faults.join("; "), exitCode.usage);
  const before = await house.operator.shared();
  const present = before?.revision ?? 0;
  if (expected !== undefined && expected !== present) {
    throw new OperatorError(
      `${what} follows revision ${expected}, and ${present} holds by now: look at it (\`dragoman config get\`), and put yours again`,
      exitCode.refused,
    );
  }
  const changes = sharedChanges(before?.settings ?? {}, settings).map((change) => ({
    ...change,
    followed: isFollowed(change.key),
  }));
  if (dryRun || changes.length === 0) return { revision: present, changes, processes: [] };
  const refused = await house
    .give(what, { type: "server.configure", settings, expected: present })
    .then(() => undefined, refusedBy);
  const now = await house.operator.shared();
  // They are written ahead of the record that tells of them, which may have found no room, or no leader.
  const isPut =
    now !== null && now.revision > present && sharedChanges(now.settings, settings).length === 0;
  if (refused !== undefined && !isPut) throw refused;
  const revision = now?.revision ?? present;
  const processes = await outcomes(house, revision, new Set(changes.map(({ key }) => key)));
  const unlogged = refused === undefined ? {} : { unlogged: refused.message };
  return { revision, changes, processes, ...unlogged };
}

function refusedBy(error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  throw error;
}

/** Waits until every process has taken a revision or refused it. */
async function outcomes(
  { operator }: House,
  revision: number,
  changed: ReadonlySet<string>,
): Promise<readonly Outcome[]> {
  const deadline = performance.now() + answerMs;
  for (;;) {
    const leader = await operator.leader();
    const found = leader === null ? [] : processesOf(leader);
    const said = found.map(([name, facts]) => outcomeOf(name, facts, revision, changed));
    const isDone = said.length > 0 && said.every(({ outcome }) => outcome !== "silent");
    if (isDone || performance.now() > deadline) return said;
    await pause(lookMs);
  }
}

/** The leader itself, and those that it hears. */
function processesOf(
  leader: HeartbeatReply,
): readonly (readonly [string, ProcessFacts | undefined])[] {
  const { process, peers = [] } = leader;
  return [["leader", process], ...peers.map((peer) => [peer.name, peer.process] as const)];
}

function outcomeOf(
  name: string,
  facts: ProcessFacts | undefined,
  revision: number,
  changed: ReadonlySet<string>,
): Outcome {
  const shared = facts?.shared;
  if (shared === undefined) return { name, outcome: "older", own: [], restart: [], unknown: [] };
  const of = (keys: readonly string[]): string[] => keys.filter((key) => changed.has(key));
  const rest = { own: of(shared.own), restart: of(shared.restart), unknown: of(shared.unknown) };
  if (shared.refused !== undefined && shared.refused.revision >= revision) {
    return { name, outcome: "refused", why: shared.refused.why, ...rest };
  }
  return { name, outcome: shared.revision >= revision ? "taken" : "silent", ...rest };
}

/**
 * The shared settings of a house that may run; null: there are none.
 * @throws OperatorError where they cannot be looked at
 */
export async function lookAtShared(
  nats: Pick<Config["nats"], "url" | "user" | "password">,
  community: string,
): Promise<Tree | null> {
  const { url, user, password } = nats;
  const logger = createLogger("silent", "operator");
  const bus = await Bus.connect({ url, user, password, name: "operator", logger }, patienceMs);
  try {
    return (await readShared(bus, community as CommunityId))?.settings ?? null;
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    throw new OperatorError(`NATS' store does not answer`, exitCode.unanswered, { cause: error });
  } finally {
    await bus.close();
  }
}
