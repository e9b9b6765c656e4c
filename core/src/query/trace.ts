/** The way of one message, for an operator: its record in the journal, and what the processes remember. */
import {
  type AnswerOf,
  type Commit,
  type DecodedBatch,
  decode,
  encode,
  type Message,
  type MessageId,
  type QueryType,
  TraceReply,
  type TraceRequest,
} from "@dragoman/bus-schema";
import { type Bus, BusError } from "@dragoman/service-kit";
import type { Reading, State } from "../state/shape.ts";
import { operating, type Row, type Sources } from "./row.ts";

/** Records that are looked at behind one that holds no message. */
const walkMax = 16;
/** Records that are read for one question. */
const readsMax = 400;
/** How long the leader may take, who asks all others. */
const leaderMs = 850;

type Batch = DecodedBatch["batch"];
type Sought = Pick<Message, "messageId" | "number" | "place" | "createdAtUs">;

interface Found {
  readonly seq: number;
  readonly batch: Batch;
}

const numbersIn = ({ events }: Pick<Commit, "events">): readonly number[] =>
  events.flatMap((event) =>
    event.type === "message.posted" || event.type === "message.announced"
      ? [event.message.number]
      : [],
  );

/** What the history knows of a message; else the state, also of one that was deleted of late. */
async function sought(ref: string, { replica, history }: Sources): Promise<Sought | undefined> {
  const { message } = await history.lookup(ref);
  if (message !== null) return message;
  const { recent, recentNumbers } = replica.state;
  const id = recent.has(ref as MessageId) ? (ref as MessageId) : recentNumbers.get(Number(ref));
  const fact = id === undefined ? undefined : recent.get(id);
  return fact === undefined ? undefined : { ...fact, createdAtUs: replica.nowMs * 1_000 };
}

/** On which side of a record a message lies, by the numbers of its messages, else by its time; or the record is its own. */
function sideOf(batch: Batch, { number, createdAtUs }: Sought): "own" | "before" | "behind" {
  const numbers = batch.commits.flatMap(numbersIn);
  if (numbers.includes(number)) return "own";
  const isBefore =
    numbers.length > 0
      ? number < Math.min(...numbers)
      : createdAtUs / 1_000 < (batch.clockMs ?? batch.at);
  return isBefore ? "before" : "behind";
}

/**
 * The record that holds a message, found by halves: numbers of messages rise along the journal, and where a stretch holds none
 * its time tells. Undefined: the journal does not hold it any more, or never did.
 */
async function recordOf(
  message: Sought,
  state: Reading<State>,
  stored: Sources["stored"],
): Promise<Found | undefined> {
  const at = async (seq: number): Promise<Batch | undefined> => {
    const record = await stored(seq);
    return record?.decoded.ok ? record.decoded.value.batch : undefined;
  };
  const newest = state.recent.get(message.messageId)?.seq;
  const guess = newest === undefined ? undefined : await at(newest);
  if (newest !== undefined && guess !== undefined && sideOf(guess, message) === "own") {
    return { seq: newest, batch: guess };
  }
  let low = 1;
  let high = state.seq;
  for (let reads = 0; low <= high && reads < readsMax; ) {
    const middle = Math.floor((low + high) / 2);
    // What is not there any more was trimmed: whatever is kept lies behind it.
    let side: ReturnType<typeof sideOf> = "behind";
    for (let seq = middle; seq <= Math.min(high, middle + walkMax); seq += 1) {
      reads += 1;
      const batch = await at(seq);
      if (batch === undefined) break;
      side = sideOf(batch, message);
      if (side === "own") return { seq, batch };
      if (batch.commits.some((commit) => numbersIn(commit).length > 0)) break;
    }
    if (side === "before") high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
}

function recordAnswer(
  { seq, batch }: Found,
  number: number,
  isWhisper: boolean,
): AnswerOf<"trace.record">["record"] {
  const commit = batch.commits.find((each) => numbersIn(each).includes(number));
  if (commit === undefined) return null;
  const { commandId, actor, protocol, userId } = commit.cause;
  return {
    seq,
    atMs: batch.clockMs ?? batch.at,
    term: batch.term,
    commandId,
    actor,
    ...(protocol === undefined ? {} : { protocol }),
    ...(userId === undefined || isWhisper ? {} : { userId }),
  };
}

/** What the leader has gathered; null: none answers in time. */
export async function askTrace(
  bus: Bus,
  to: string,
  request: TraceRequest,
): Promise<TraceReply | null> {
  try {
    const reply = await bus.request(to, encode(request), { timeoutMs: leaderMs });
    const decoded = decode(TraceReply, reply.data);
    return decoded.ok ? decoded.value : null;
  } catch (error) {
    if (error instanceof BusError) return null;
    throw error;
  }
}

type TraceRows = { readonly [T in QueryType as T extends `trace.${string}` ? T : never]: Row<T> };

export const traceAnswers: TraceRows = {
  "trace.record": operating(async ({ ref }, from) => {
    const { replica, stored } = from;
    await from.projected();
    const through = replica.position.seq;
    const message = await sought(ref, from);
    if (message === undefined) {
      return { ok: true, value: { through, answer: { message: null, record: null } } };
    }
    const { messageId, number, place } = message;
    const isWhisper = replica.state.channels.get(place.channelId)?.kind === "whisper";
    const found = await recordOf(message, replica.state, stored);
    const answer = {
      message: { messageId, number, place: isWhisper ? null : place },
      record: found === undefined ? null : recordAnswer(found, number, isWhisper),
    };
    return { ok: true, value: { through, answer } };
  }),

  "trace.steps": operating(async ({ number, seq }, { replica, traced }) => {
    const through = replica.position.seq;
    return { ok: true, value: { through, answer: await traced({ v: 1, number, seq }) } };
  }),
};
