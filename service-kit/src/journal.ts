/** The journal's stream, as `bus-schema` describes it and as the server must keep it. */
import { randomUUID } from "node:crypto";
import { type CommunityId, journalStream } from "@dragoman/bus-schema";
import { RetentionPolicy, StorageType } from "@nats-io/jetstream";
import type { Bus } from "./bus.ts";

/** How long the server remembers a batch's id; a batch that is sent again is settled long before. */
const duplicateWindowNs = 120 * 1_000_000_000;

/**
 * Makes a community's stream where there is none, and checks that it is what was asked for. Core's own.
 * @throws OperatorError naming the option that the server keeps otherwise
 */
export async function ensureJournal(bus: Bus, community: CommunityId, replicas = 1): Promise<void> {
  const { name, subjects, republish } = journalStream(community);
  const config = {
    name,
    subjects: [...subjects],
    republish: { ...republish },
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    allow_direct: true,
    duplicate_window: duplicateWindowNs,
    // Single records are never deleted; a journal is trimmed from its start alone (docs/journal.md 5.1).
    deny_delete: true,
  };
  // The id of this very journal: when it was made is no more than what the server remembers of it, and 2.9 forgets that
  // when it has been restarted and the stream is changed then.
  await bus.ensureStream(config, replicas, `journal ${randomUUID()}`);
}
