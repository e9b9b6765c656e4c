/**
 * What the data folder knows of its community's journal, held against what NATS holds before a core makes anything there
 * (docs/journal.md 1.3): a store that was not mounted, or that NATS has deleted, is not begun anew beside what is known.
 */
import { join, resolve } from "node:path";
import { type CommunityId, journalStream } from "@dragoman/bus-schema";
import {
  type Bus,
  environmentName,
  nameOwner,
  OperatorError,
  ownerOfFolder,
  type Position,
  whileUnled,
} from "@dragoman/service-kit";
import { restoredJournal } from "./backup/mark.ts";
import { newestPosition } from "./history/slot.ts";
import { type JournalEnds, JournalGoneError, journalEnds } from "./journal/ends.ts";
import { holdsRecord } from "./journal/holds.ts";

const limitMs = 5_000;

/** What a data folder knows. */
interface Known extends Position {
  /** See `JournalEnds.identity`; "" where no core has noted it. */
  readonly journal: string;
}

/** The folder below the data folder that histories lie in. */
export const historyFolder = (dataDir: string): string => join(dataDir, "projection");

/**
 * Why the data folder is not one for this community, in one sentence; undefined where it is.
 * @throws OperatorError when its mark cannot be read
 */
export function sayOtherCommunity(dataDir: string, community: string): string | undefined {
  const { community: own } = ownerOfFolder(dataDir);
  if (own === "" || own === community) return undefined;
  return (
    `${environmentName("community")} is ${community}, and the data folder ${resolve(dataDir)} is of community ${own}: ` +
    `set it to ${own} again, for a community keeps its name, or name another folder by ${environmentName("dataDir")} to begin another`
  );
}

function knownOf(dataDir: string, community: CommunityId): Known | undefined {
  const { journal } = ownerOfFolder(dataDir);
  const position = newestPosition(historyFolder(dataDir), community);
  return journal === "" && position.seq === 0 ? undefined : { journal, ...position };
}

/** Why a folder that knows something does not go with a store that has no record, in one sentence. */
function sayLost(
  dataDir: string,
  community: CommunityId,
  { seq }: Position,
  isCluster = false,
): string {
  const folder = resolve(dataDir);
  const upTo = seq === 0 ? "" : ` up to record ${seq}`;
  const deleted = isCluster
    ? " (a server that stood alone deletes its store when it is made one of a cluster: a community moves there by backup and restore)"
    : "";
  return (
    `the data folder ${folder} knows community ${community}${upTo}, and NATS' store has nothing of its journal (stream ` +
    `${journalStream(community).name})${deleted}: stop nats-server, put its store back, and start it, or \`dragoman restore\` a ` +
    `backup; to begin anew and empty, remove version.json and projection from ${folder}`
  );
}

/** The sentence of `refuseOtherJournal` where a store is known to have no journal; undefined: none is missed. */
export function sayMissed(dataDir: string, community: CommunityId): string | undefined {
  const known = knownOf(dataDir, community);
  return known === undefined ? undefined : sayLost(dataDir, community, known);
}

/**
 * Refuses a store whose journal is not the one that the data folder knows. One that went back is (1.3), and so is one
 * that was restored.
 * @throws OperatorError with what is known, what was found and what to do; BusError without an answer
 */
export async function refuseOtherJournal(
  bus: Bus,
  community: CommunityId,
  dataDir: string,
): Promise<void> {
  const other = sayOtherCommunity(dataDir, community);
  if (other !== undefined) throw new OperatorError(other, 1);
  const known = knownOf(dataDir, community);
  if (known === undefined) return;
  const ends = await whileUnled(() => foundEnds(bus, community));
  const isSame = ends !== undefined && ends.identity === known.journal;
  if (isSame && (ends.last > 0 || known.seq === 0)) return;
  if (ends === undefined || ends.last === 0) {
    const isCluster = bus.connection.info?.cluster !== undefined;
    throw new OperatorError(sayLost(dataDir, community, known, isCluster), 1);
  }
  if (known.journal === "") return;
  if ((await restoredJournal(bus, community)) === ends.identity) return;
  const { seq } = known;
  if (seq > 0 && (await whileUnled(() => holdsRecord(bus, community, known, limitMs)))) return;
  const folder = resolve(dataDir);
  throw new OperatorError(
    `the data folder ${folder} knows community ${community} up to record ${seq}, and the journal in NATS' store is another ` +
      `one (up to record ${ends.last}, begun ${ends.createdAt}): stop nats-server, put the store back that is known, and ` +
      `start it; or, if this journal is the right one, remove version.json and projection from ${folder}`,
    1,
  );
}

async function foundEnds(bus: Bus, community: CommunityId): Promise<JournalEnds | undefined> {
  try {
    return await journalEnds(bus, community, limitMs);
  } catch (error) {
    if (error instanceof JournalGoneError) return undefined;
    throw error;
  }
}

/** Notes in the data folder which journal is the community's. */
export async function rememberJournal(
  bus: Bus,
  community: CommunityId,
  dataDir: string,
): Promise<void> {
  const { identity } = await whileUnled(() => journalEnds(bus, community, limitMs));
  nameOwner(dataDir, { community, journal: identity });
}
