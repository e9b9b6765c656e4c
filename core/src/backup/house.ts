/** The streams that a community is kept in, as a whole. */
import {
  type CommunityId,
  encode,
  fileStream,
  journalStream,
  leaseBucket,
  manifestBucket,
  secretBucket,
  settingsBucket,
  snapshotStream,
} from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";

const limitMs = 10_000;
/** What JetStream answers where it has no such stream. */
const noStreamCode = 10_059;

interface StreamReply {
  readonly state?: { readonly last_seq: number };
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

const streamsOf = (community: CommunityId): readonly string[] => [
  journalStream(community).name,
  `KV_${leaseBucket(community)}`,
  `KV_${secretBucket(community)}`,
  `KV_${manifestBucket(community)}`,
  `KV_${settingsBucket(community)}`,
  fileStream(community).name,
  snapshotStream(community).name,
];

async function ask(bus: Bus, verb: "INFO" | "DELETE", stream: string): Promise<StreamReply | null> {
  const to = `$JS.API.STREAM.${verb}.${stream}`;
  const reply = await bus.request(to, encode({}), { timeoutMs: limitMs });
  const answer = JSON.parse(new TextDecoder().decode(reply.data)) as StreamReply;
  if (answer.error?.err_code === noStreamCode) return null;
  if (answer.error !== undefined) throw new Error(`${stream}: ${answer.error.description}`);
  return answer;
}

/** A stream of the community that holds, or held, something; undefined: the house is empty. */
export async function usedStream(bus: Bus, community: CommunityId): Promise<string | undefined> {
  for (const stream of streamsOf(community)) {
    const found = await ask(bus, "INFO", stream);
    if (found !== null && (found.state?.last_seq ?? 0) > 0) return stream;
  }
  return undefined;
}

/** Takes a stream away, if it is there. */
export async function takeStream(bus: Bus, stream: string): Promise<void> {
  await ask(bus, "DELETE", stream);
}

/** Takes everything of a community away. The mark of a restore goes last. */
export async function emptyHouse(bus: Bus, community: CommunityId): Promise<void> {
  const marked = `KV_${manifestBucket(community)}`;
  const others = streamsOf(community).filter((stream) => stream !== marked);
  for (const stream of [...others, marked]) await takeStream(bus, stream);
}
