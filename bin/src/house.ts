/** What `dragoman doctor` finds in a house that runs: asked over the bus, as an operator. */
import {
  type AnswerOf,
  type CommunityId,
  type HeartbeatReply,
  type ProcessFacts,
  subject,
} from "@dragoman/bus-schema";
import {
  Bus,
  type Config,
  createLogger,
  environmentName,
  mayHear,
  OperatorError,
  processFacts,
  sayMisfit,
  softwareVersion,
  wallMs,
} from "@dragoman/service-kit";
import type { Run } from "./data-folder.ts";
import { createOperator, type Operator } from "./operator.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly level: "ok" | "warning" | "fault";
  /** One sentence, or what there is. */
  readonly text: string;
}

/** How long the bus and a core are waited for. */
const patienceMs = 2_000;
/** A clock that is further off is worth a word (docs/journal.md 1.6). */
const skewMs = 2_000;
/** A store or a disk that has less left of it. */
const leftShare = 0.2;
/** Records behind, above which a core or its history is not keeping up. */
const lagMax = 2_000;
/** Snapshots that are older, in times of what the configuration asks for. */
const lateSnapshots = 3;

type Status = AnswerOf<"journal.status">;
type Level = Check["level"];

const check = (name: string, level: Level, text: string): Check => ({ name, level, text });
const bytes = (count: number): string => `${Math.round(count / 2 ** 20)} MiB`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function room(name: string, used: number, most: number): Check {
  if (most <= 0) return check(name, "ok", `${bytes(used)} used, no bound`);
  const level = most - used < most * leftShare ? "warning" : "ok";
  return check(name, level, `${bytes(used)} of ${bytes(most)} used`);
}

function* coreChecks(status: Status, config: Config, away: number): Generator<Check> {
  const { nats, journal, store, disk, why, position } = status;
  const place = nats.cluster === "" ? "alone" : `in the cluster ${nats.cluster}`;
  yield check(
    "nats",
    "ok",
    `version ${nats.version}, ${place}, ${bytes(nats.payloadBytesMax)} a message`,
  );
  yield room("store", store.bytes, store.bytesMax);
  yield room("journal", journal.bytes, journal.bytesMax);
  const copies = `${journal.current} of ${journal.replicas} copies of the journal are current`;
  yield check("replicas", journal.current < journal.replicas ? "fault" : "ok", copies);
  const isShort = disk.freeBytes < disk.bytes * leftShare;
  const left = `${bytes(disk.freeBytes)} of ${bytes(disk.bytes)} free`;
  yield check("disk", isShort ? "warning" : "ok", left);
  yield check("core", why === "" ? "ok" : "fault", why === "" ? "ready" : why);
  const behind = Math.max(0, journal.last - position);
  const lag = `${behind} records behind the journal, the history ${status.historyLag} behind that`;
  const isLate = behind > lagMax || status.historyLag > lagMax;
  yield check("lag", isLate ? "warning" : "ok", lag);
  if (status.historyFault !== "") yield check("history", "fault", status.historyFault);
  const { everyMs, historyMs } = config.snapshots;
  for (const { kind, seq, ageMs } of status.snapshots) {
    const late = ageMs > (kind === "state" ? everyMs : historyMs) * lateSnapshots;
    const level = late && journal.last > seq ? "warning" : "ok";
    yield check("snapshot", level, `of the ${kind} at record ${seq}, ${seconds(ageMs)} old`);
  }
  const off = `${seconds(Math.abs(away))} ${away < 0 ? "behind" : "ahead of"} this machine's`;
  yield check("clock", Math.abs(away) > skewMs ? "warning" : "ok", `a core's clock is ${off}`);
}

function* leaderChecks(leader: HeartbeatReply | null, config: Config): Generator<Check> {
  if (leader === null) {
    yield check("leader", "fault", "none answers; nothing can be written until a core leads");
    return;
  }
  const { term, last, process: facts, peers = [] } = leader;
  yield check(
    "leader",
    "ok",
    `of term ${term}, version ${facts?.version ?? "unknown"}, at record ${last}`,
  );
  const own = processFacts(config);
  const misfit = facts === undefined ? undefined : sayMisfit(own, facts, "the leader");
  if (misfit !== undefined) yield check("rhythm", "fault", misfit);
  for (const { name, process: theirs } of peers) {
    const differs = facts && theirs ? sayMisfit(facts, theirs, name) : undefined;
    const version = theirs?.version ?? "a version that says nothing of itself";
    const level = differs !== undefined || theirs === undefined ? "warning" : "ok";
    yield check(
      "process",
      level,
      `${name}, ${version}${differs === undefined ? "" : `; ${differs}`}`,
    );
  }
  yield* settingChecks(leader);
  if (facts !== undefined && facts.version !== softwareVersion) {
    yield check(
      "version",
      "warning",
      `the leader is of ${facts.version}, this command of ${softwareVersion}`,
    );
  }
}

/** How the processes stand to the settings that all share. */
function* settingChecks({ process, peers = [] }: HeartbeatReply): Generator<Check> {
  const newest = Math.max(...[process, ...peers.map((peer) => peer.process)].map(revisionOf));
  for (const { name, process: facts } of [{ name: "leader", process }, ...peers]) {
    const shared = facts?.shared;
    if (shared === undefined) continue;
    const { revision, refused, restart } = shared;
    if (refused !== undefined) {
      const text = `${name} refuses revision ${refused.revision} and goes on with ${revision}: ${refused.why}`;
      yield check("settings", "fault", text);
    } else if (revision < newest) {
      yield check("settings", "warning", `${name} has revision ${revision}, others ${newest}`);
    }
    if (restart.length > 0) {
      yield check("settings", "warning", `${name} waits for a restart: ${restart.join(", ")}`);
    }
  }
}

const revisionOf = (facts: ProcessFacts | undefined): number => facts?.shared?.revision ?? 0;

/** What a house that runs says of itself, and what is found in it. */
export interface Findings {
  readonly leader: HeartbeatReply | null;
  readonly status: Status;
  readonly checks: readonly Check[];
}

/** @throws OperatorError when no core answers */
export async function findings(
  operator: Pick<Operator, "leader" | "ask">,
  config: Config,
): Promise<Findings> {
  const leader = await operator.leader();
  const asked = wallMs();
  const status = await operator.ask({ type: "journal.status" });
  const away = status.clockMs - (asked + wallMs()) / 2;
  const checks = [...leaderChecks(leader, config), ...coreChecks(status, config, away)];
  return { leader, status, checks };
}

/** Looks at the house of a community. Whatever does not answer is a fault, in one sentence. */
export async function checkHouse(nats: Run["nats"], config: Config): Promise<readonly Check[]> {
  const logger = createLogger("silent", "operator");
  let bus: Bus;
  try {
    bus = await Bus.connect({ ...nats, name: "operator", logger }, patienceMs);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [check("nats", "fault", error.message)];
  }
  try {
    const operator = createOperator(bus, config.community as CommunityId, patienceMs);
    const leader = await operator.leader();
    // Of another community's user nobody hears anything: neither its leader nor why.
    if (leader === null && !(await mayHear(bus, subject.event(config.community as CommunityId)))) {
      const text = `${environmentName("community")} is ${config.community}, and the NATS user "${nats.user}" is not of that community: give its user operator, or the community that it is of`;
      return [check("nats", "fault", text)];
    }
    try {
      return (await findings({ ...operator, leader: async () => leader }, config)).checks;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      return [...leaderChecks(leader, config), check("core", "fault", error.message)];
    }
  } finally {
    await bus.close();
  }
}
