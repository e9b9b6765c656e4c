/**
 * Where the shared settings lie: one key of a bucket, revision by revision. Gateways and operators may have it read to them
 * and nothing else, core alone may write (docs/journal.md 4.2).
 */
import {
  type CommandId,
  type CommunityId,
  decode,
  encode,
  settingsBucket,
  settingsRevisionsMax,
} from "@dragoman/bus-schema";
import { JetStreamApiError } from "@nats-io/jetstream";
import { z } from "zod";
import type { Bus, KV } from "../bus.ts";
import { BusError } from "../bus-error.ts";
import { wallMs } from "../clock.ts";

const limitMs = 2_000;
const key = "shared";
/** The status of a direct get that finds nothing. */
const noMessage = 404;
/** The server's numbers for an expected revision that is none any more, and for a stream that it does not have. */
const wrongRevisionCode = 10_071;
const noStreamCode = 10_059;

interface InfoReply {
  readonly error?: { readonly err_code?: number };
}

/** A revision as it is stored. What a later version adds is passed over. */
const Stored = z.object({
  v: z.literal(1),
  settings: z.record(z.string(), z.unknown()),
  /** Of the command that has put it. */
  commandId: z.string(),
  /** When, by the clock of the core that wrote it; epoch ms. */
  atMs: z.int(),
});

export interface SharedRevision extends z.infer<typeof Stored> {
  /** Its place in the bucket, from 1; each is above that before. */
  readonly revision: number;
}

/** Reads a stored value. @throws Error for what cannot be read */
function revisionOf(revision: number, bytes: Uint8Array): SharedRevision {
  const stored = decode(Stored, bytes);
  if (!stored.ok) throw new Error(`revision ${revision} of the shared settings: ${stored.why}`);
  return { ...stored.value, revision };
}

/**
 * By whoever is of the community. Any copy of the bucket may answer, and one of a cluster may lack the newest for a moment.
 * @param which a revision, or the newest
 * @returns null: there is none
 * @throws BusError without an answer, as where there is no bucket; Error for what cannot be read
 */
export async function readShared(
  bus: Bus,
  community: CommunityId,
  which: number | "last" = "last",
  timeoutMs = limitMs,
): Promise<SharedRevision | null> {
  const bucket = settingsBucket(community);
  const about = `$JS.API.DIRECT.GET.KV_${bucket}`;
  const wanted = which === "last" ? { last_by_subj: `$KV.${bucket}.${key}` } : { seq: which };
  const reply = await bus.request(about, encode(wanted), { timeoutMs });
  if (reply.status === noMessage) return null;
  const revision = Number(reply.header("Nats-Sequence", "last"));
  if (reply.status !== 0 || !(revision > 0)) throw new BusError("unavailable", about);
  return revisionOf(revision, reply.data);
}

/**
 * Whether there is a place for them. Only core may ask: to others a question for what is in no store stays unanswered.
 * @throws BusError without an answer
 */
export async function hasSharedPlace(bus: Bus, community: CommunityId): Promise<boolean> {
  const about = `$JS.API.STREAM.INFO.KV_${settingsBucket(community)}`;
  const reply = await bus.request(about, encode({}), { timeoutMs: limitMs });
  const { error } = JSON.parse(new TextDecoder().decode(reply.data)) as InfoReply;
  if (error?.err_code === noStreamCode) return false;
  if (error !== undefined) throw new BusError("unavailable", about);
  return true;
}

/** The newest revisions, the newest first. @throws as `readShared` */
export async function sharedHistory(
  bus: Bus,
  community: CommunityId,
): Promise<readonly SharedRevision[]> {
  const found: SharedRevision[] = [];
  let next = await readShared(bus, community);
  while (next !== null && found.length < settingsRevisionsMax) {
    found.push(next);
    next = next.revision === 1 ? null : await readShared(bus, community, next.revision - 1);
  }
  return found;
}

/** The bucket as core has it: it is asked of its leader, and nobody else writes. */
export class SharedStore {
  readonly #bucket: KV;

  private constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  /** Opens the bucket, and makes it where there is none. @param replicas of one that is made */
  static async open(bus: Bus, community: CommunityId, replicas = 1): Promise<SharedStore> {
    const name = settingsBucket(community);
    return new SharedStore(await bus.bucket(name, limitMs, replicas, "file", settingsRevisionsMax));
  }

  /** @param revision absent: the newest. @returns null: there is none. @throws Error for what cannot be read */
  async get(revision?: number): Promise<SharedRevision | null> {
    const found = await this.#bucket.get(key, revision === undefined ? undefined : { revision });
    return found === null ? null : revisionOf(found.revision, found.value);
  }

  /**
   * Puts a revision behind another.
   * @param expected the revision that it follows; 0: none
   * @returns the new one; null: another has come meanwhile
   */
  async put(
    settings: SharedRevision["settings"],
    commandId: CommandId,
    expected: number,
  ): Promise<number | null> {
    const bytes = encode({ v: 1, settings, commandId, atMs: wallMs() });
    try {
      return await this.#bucket.put(key, bytes, { previousSeq: expected });
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === wrongRevisionCode) return null;
      throw error;
    }
  }
}
