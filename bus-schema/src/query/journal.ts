/** A look at the journal itself. */
import { z } from "zod";
import { GatewayId } from "../id.ts";
import { ProcessFacts } from "../level.ts";
import { Protocol } from "../session.ts";

export const journalQueries = {
  /**
   * The record at `seq` as it is stored; the text is cut at 512 KiB, which no record has. `why`: the reason for which it cannot be
   * applied, null where it can. `text` null: there is none. It is read of the
   * stream's leader. Needs no session: whoever may ask may read the journal.
   */
  "journal.record": {
    ask: z.object({ type: z.literal("journal.record"), seq: z.int().min(1) }),
    answer: z.object({
      storedAt: z.string().nullable(),
      text: z.string().nullable(),
      why: z.string().nullable(),
    }),
  },
  /** What a core sees of itself and of the store beneath it, for `dragoman doctor`. Needs no session. */
  "journal.status": {
    ask: z.object({ type: z.literal("journal.status") }),
    answer: z.object({
      process: ProcessFacts,
      leads: z.boolean(),
      /** Its own clock, in epoch ms. */
      clockMs: z.int(),
      /** What `/readyz` would say; "" where all is well. */
      why: z.string(),
      position: z.int(),
      /** Records that the history lacks, and why it cannot be written; "" where it can. */
      historyLag: z.int(),
      historyFault: z.string(),
      /** The level of the journal (docs/journal.md 1.7). */
      level: z.int(),
      journal: z.object({
        last: z.int(),
        bytes: z.int(),
        /** -1: no bound. */
        bytesMax: z.int(),
        replicas: z.int(),
        /** Copies that the stream's leader can reach and that have come as far as it. */
        current: z.int(),
      }),
      nats: z.object({
        version: z.string(),
        /** "" where the server is alone. */
        cluster: z.string(),
        payloadBytesMax: z.int(),
      }),
      /** What the account uses of the store, and what it may; -1: no bound of its own. */
      store: z.object({ bytes: z.int(), bytesMax: z.int() }),
      /** Of the disk that the core's data folder is on. */
      disk: z.object({ freeBytes: z.int(), bytes: z.int() }),
      /** The newest of each kind; ages by the core's clock. */
      snapshots: z.array(z.object({ kind: z.string(), seq: z.int(), ageMs: z.int() })),
      /** Absent: a core of the version before. */
      house: z
        .object({
          /** All that were ever made. */
          accounts: z.int(),
          /** Who is there by which protocol, by how many sessions. */
          present: z.array(z.object({ protocol: Protocol, people: z.int(), sessions: z.int() })),
          /** Sessions of each gateway that has any. */
          gateways: z.array(z.object({ gatewayId: GatewayId, sessions: z.int() })),
          /** Of the database of this core, its log included. */
          historyBytes: z.int(),
          /** Of the files of people, in the store. */
          fileBytes: z.int(),
          /** The newest that was taken whole; null: none that is known of. */
          lastBackup: z.object({ record: z.int(), ageMs: z.int() }).nullable(),
        })
        .exactOptional(),
    }),
  },
} as const;
