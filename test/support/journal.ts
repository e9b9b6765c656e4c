/** Looking into the journal: what it holds, and what comes. */

import {
  type Commit,
  type DecodedBatch,
  decodeBatch,
  type Event,
  encode,
  journalStream,
  type SessionId,
  subject,
} from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import type { Operator } from "./operator.ts";
import { Transcript } from "./transcript.ts";

/** A journal record and its place. */
export interface JournalRecord {
  readonly seq: number;
  readonly batch: DecodedBatch["batch"];
}

/** Hears every record from now on. `bus`: core's or the operator's. */
export function watchJournal(bus: Bus): Transcript<JournalRecord> {
  const log = new Transcript<JournalRecord>("journal", (record) =>
    JSON.stringify(record).slice(0, 300),
  );
  bus.subscribe(subject.event(community), (message) => {
    const decoded = decodeBatch(message.data);
    if (!decoded.ok) throw new Error(`journal: ${decoded.why}`);
    log.push({ seq: Number(message.headers?.get("Nats-Sequence")), batch: decoded.value.batch });
  });
  return log;
}

/** Reads all records that the stream holds. `bus`: core's. */
export async function readJournal(bus: Bus): Promise<readonly JournalRecord[]> {
  const { name } = journalStream(community);
  const manager = await jetstreamManager(bus.connection);
  const { first_seq, last_seq } = (await manager.streams.info(name)).state;
  const records: JournalRecord[] = [];
  for (let seq = first_seq; seq <= last_seq; seq += 1) {
    const reply = await bus.request(`$JS.API.DIRECT.GET.${name}`, encode({ seq }), {
      timeoutMs: 10_000,
    });
    const decoded = decodeBatch(reply.data);
    if (!decoded.ok) throw new Error(`journal ${seq}: ${decoded.why}`);
    records.push({ seq, batch: decoded.value.batch });
  }
  return records;
}

function commitsOf(records: readonly JournalRecord[]): readonly Commit[] {
  return records.flatMap(({ batch }) => batch.commits);
}

export function eventsOf(records: readonly JournalRecord[]): readonly Event[] {
  return commitsOf(records).flatMap(({ events }) => events);
}

/** Texts of all messages posted by people, in the order of the journal. */
export function postedTexts(records: readonly JournalRecord[]): readonly string[] {
  return eventsOf(records).flatMap((event) =>
    event.type === "message.posted" && event.message.author.kind === "user"
      ? [event.message.content.text]
      : [],
  );
}

/** How long people whose connections ended may take to be gone. */
export const goneMs = 10_000;

/** Waits until no session is left that the journal has told of. */
export function watchSessions({ bus }: Operator): () => Promise<void> {
  const journal = watchJournal(bus);
  const open = new Set<SessionId>();
  let read = 0;
  const isEmpty = (): boolean => {
    for (const event of eventsOf(journal.since(read))) {
      if (event.type === "session.opened") open.add(event.session.sessionId);
      if (event.type === "session.closed") open.delete(event.session.sessionId);
    }
    read = journal.length;
    return open.size === 0;
  };
  return async () => {
    // What the clients have seen has come here as well then.
    await bus.flush();
    await journal.until("everybody gone", isEmpty, goneMs);
  };
}
