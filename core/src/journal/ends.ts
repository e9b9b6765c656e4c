/** What the stream itself says of the journal, and when it is to be believed that it went back (docs/journal.md 1.3). */
import { type CommunityId, journalStream } from "@dragoman/bus-schema";
import { type Bus, BusError, pause } from "@dragoman/service-kit";

/** NATS' store has no journal any more: nothing can be read or decided until it is back. */
export class JournalGoneError extends Error {
  override name = "JournalGoneError";
  constructor(community: CommunityId) {
    const { name } = journalStream(community);
    super(
      `the journal (stream ${name}) is gone from NATS' store: stop nats-server, put its store back, and start it; ` +
        "or stop this core, and `dragoman restore` a backup",
    );
  }
}

/** What JetStream answers while nobody leads what is asked for. */
export const unavailableCode = 503;
/** What JetStream answers where it has no such stream. */
const noStreamCode = 10_059;
/** Answers by which the journal went back or is gone: one may be of a server that has just woken. */
export const answersAgainst = 3;
/** Between two of them. */
export const askMs = 500;
/** Over so long the leader of a stream with several copies says it: one that was voted out says it no longer then. */
const againstMs = 5_000;
/** A leader of which so long no fellow has heard may have been voted out. They hear of it every second. */
const silentMsMax = 3_000;

/** The sequences between which the journal stands. An empty one that was trimmed begins behind its end. */
export interface JournalEnds {
  /** Tells this journal from others: the id that it was made with; when it was made, where it has none. */
  readonly identity: string;
  /** When it was made, as the server knows it. */
  readonly createdAt: string;
  readonly first: number;
  readonly last: number;
  /** What it holds, and what it may hold; -1: no bound. */
  readonly bytes: number;
  readonly bytesMax: number;
  /** How many copies there are beside the one that answered. */
  readonly others: number;
  /**
   * Whether the stream's leader says it, and most of its copies follow that. A node that answers while there is no
   * leader, or leads no longer and does not know it, tells of less than there is.
   */
  readonly isLeaders: boolean;
}

interface ClusterInfo {
  readonly leader?: string;
  readonly replicas?: readonly { readonly name: string; readonly active?: number }[];
}

interface Info {
  readonly created?: string;
  readonly state?: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly bytes: number;
  };
  readonly config?: { readonly max_bytes?: number; readonly description?: string };
  readonly cluster?: ClusterInfo;
  readonly error?: {
    readonly code?: number;
    readonly description?: string;
    readonly err_code?: number;
  };
}

/**
 * @throws JournalGoneError, BusError without an answer or a leader, Error when the server refuses
 */
export async function journalEnds(
  bus: Bus,
  community: CommunityId,
  limitMs: number,
): Promise<JournalEnds> {
  const about = `$JS.API.STREAM.INFO.${journalStream(community).name}`;
  const reply = await bus.request(about, new Uint8Array(), { timeoutMs: limitMs });
  const info = JSON.parse(new TextDecoder().decode(reply.data)) as Info;
  const { state, error } = info;
  if (error?.err_code === noStreamCode) throw new JournalGoneError(community);
  if (error?.code === unavailableCode) throw new BusError("unavailable", about);
  if (state === undefined) throw new Error(`journal: ${error?.description ?? "no state"}`);
  return endsOf({ ...info, state });
}

/** What is told of a stream. */
export function endsOf({
  created = "",
  state,
  config,
  cluster,
}: Info & Pick<Required<Info>, "state">): JournalEnds {
  return {
    identity: config?.description ?? created,
    createdAt: created,
    first: state.first_seq,
    last: state.last_seq,
    bytes: state.bytes,
    bytesMax: config?.max_bytes ?? -1,
    others: cluster?.replicas?.length ?? 0,
    isLeaders: cluster === undefined || isOfLeader(cluster),
  };
}

/** Whoever answers does not name himself, but all others. */
function isOfLeader({ leader = "", replicas = [] }: ClusterInfo): boolean {
  if (leader === "" || replicas.some(({ name }) => name === leader)) return false;
  const heard = replicas.filter(({ active = 0 }) => active / 1_000_000 <= silentMsMax).length;
  return heard + 1 > (replicas.length + 1) / 2;
}

/** Judges by several answers whether the journal ends below what was applied of it. */
export class BackJudge {
  #against = 0;
  #sinceMs = 0;

  /**
   * @param applied a sequence that was there
   * @param nowMs by the monotonic clock
   * @returns whether it is beyond doubt that it is there no more
   */
  hear(ends: JournalEnds, applied: number, nowMs: number): boolean {
    if (ends.last >= applied) this.#against = 0;
    if (ends.last >= applied || !ends.isLeaders) return false;
    if (this.#against === 0) this.#sinceMs = nowMs;
    this.#against += 1;
    const isLong = ends.others === 0 || nowMs - this.#sinceMs >= againstMs;
    return this.#against >= answersAgainst && isLong;
  }
}

/**
 * Whether the journal ends below a sequence that was there, asked until it is beyond doubt.
 * @param goOn whether the answer still matters; the answer is `false` when not
 * @throws as `journalEnds`
 */
export async function endsBelow(
  bus: Bus,
  community: CommunityId,
  seq: number,
  limitMs: number,
  goOn: () => boolean = () => true,
): Promise<boolean> {
  const judge = new BackJudge();
  while (goOn()) {
    const ends = await journalEnds(bus, community, limitMs);
    if (ends.last >= seq) return false;
    if (judge.hear(ends, seq, performance.now())) return true;
    await pause(askMs);
  }
  return false;
}
