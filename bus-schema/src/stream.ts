/** The stream and buckets of a community, as plain data. `service-kit` creates them and checks what it got. */
import type { CommunityId } from "./id.ts";
import { subject } from "./subject.ts";

/** The journal: one message a batch, republished as events. Only core's credentials may publish to it. */
export const journalStream = (community: CommunityId) =>
  ({
    name: `JOURNAL_${community}`,
    subjects: [subject.journal(community)],
    republish: { src: subject.journal(community), dest: subject.event(community) },
  }) as const;

/** One key, the lease; without TTL (docs/journal.md 2.4). */
export const leaseBucket = (community: CommunityId): string => `LEASE_${community}`;

/** Password hashes and signing keys. Core alone may read it. */
export const secretBucket = (community: CommunityId): string => `SECRETS_${community}`;

/**
 * The object store of a community's files: the stream of a standard NATS object store bucket. Chunks and
 * descriptions are written once under a new name and read by direct get.
 */
export const fileStream = (community: CommunityId) =>
  ({
    bucket: `FILES_${community}`,
    name: `OBJ_FILES_${community}`,
    chunks: `$O.FILES_${community}.C`,
    metas: `$O.FILES_${community}.M`,
  }) as const;

/** What no message on the bus may exceed, below NATS's default `max_payload` of 1 MiB less 16 KiB. */
export const payloadBytesMax = 1024 * 1024 - 16 * 1024;
/** Journal 1.2: a batch closes at so many commands or so many encoded bytes. */
export const batchCommandsMax = 200;
export const batchBytesMax = 256 * 1024;
/** Journal 1.2: any one command's events stay below this. */
export const commitBytesMax = 64 * 1024;
