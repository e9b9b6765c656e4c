/** Puts records into an empty journal under the sequences that they had. */
import { type CommunityId, encode, journalStream, subject } from "@dragoman/bus-schema";
import { type Bus, ensureJournal, isFull, OperatorError } from "@dragoman/service-kit";
import { takeStream } from "./house.ts";

const limitMs = 10_000;
/** What JetStream answers when the last sequence is not the expected one. */
const wrongSequenceCode = 10_071;
/** Fillers between two waits for the server. */
const fillersAtOnce = 5_000;

/** Appends a record behind others. @throws OperatorError: no room; Error when it does not come to its place */
export async function append(
  bus: Bus,
  community: CommunityId,
  seq: number,
  record: Uint8Array,
): Promise<void> {
  mustStand(seq, await publish(bus, community, record));
}

/**
 * Has an empty journal begin with a record. A server begins where it is told to; but 2.9 goes on counting from where the
 * stream was, for those who expect a last sequence, until it is started again. There as many empty records go before, and
 * are trimmed away (100,000 in a second).
 */
export async function begin(
  bus: Bus,
  community: CommunityId,
  seq: number,
  record: Uint8Array,
): Promise<void> {
  if (seq === 1) return append(bus, community, seq, record);
  const expected = { "Nats-Expected-Last-Sequence": String(seq - 1) };
  await trimTo(bus, community, seq);
  let answer = await publish(bus, community, record, expected);
  if (answer.error?.err_code === wrongSequenceCode) {
    await takeStream(bus, journalStream(community).name);
    await ensureJournal(bus, community);
    for (let filled = 1; filled < seq; filled += 1) {
      bus.publish(subject.journal(community), new Uint8Array());
      if (filled % fillersAtOnce === 0) await bus.flush();
    }
    await bus.flush();
    await trimTo(bus, community, seq);
    answer = await publish(bus, community, record, expected);
  }
  mustStand(seq, answer);
}

interface Answer {
  readonly text: string;
  readonly seq?: number;
  readonly error?: { readonly err_code?: number };
}

async function publish(
  bus: Bus,
  community: CommunityId,
  record: Uint8Array,
  headers?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { data } = await bus.request(subject.journal(community), record, {
    timeoutMs: limitMs,
    ...(headers ? { headers } : {}),
  });
  const text = Buffer.from(data).toString();
  if (isFull(text)) throw new OperatorError("NATS' store has no room for the backup", 1);
  return { ...(JSON.parse(text) as Omit<Answer, "text">), text };
}

function mustStand(seq: number, answer: Answer): void {
  if (answer.seq !== seq)
    throw new Error(`record ${seq} does not come to its place: ${answer.text}`);
}

async function trimTo(bus: Bus, community: CommunityId, seq: number): Promise<void> {
  const to = `$JS.API.STREAM.PURGE.${journalStream(community).name}`;
  const reply = await bus.request(to, encode({ seq }), { timeoutMs: limitMs });
  const { success } = JSON.parse(Buffer.from(reply.data).toString()) as { success?: boolean };
  if (success !== true) throw new Error(`the journal cannot begin with record ${seq}`);
}
