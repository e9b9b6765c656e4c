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
 * The stream of a standard NATS object store bucket. Chunks and descriptions are written once under a new name and read
 * by direct get.
 */
const objectStream = <B extends string>(bucket: B) =>
  ({
    bucket,
    name: `OBJ_${bucket}`,
    chunks: `$O.${bucket}.C`,
    metas: `$O.${bucket}.M`,
  }) as const;
export type ObjectStream = ReturnType<typeof objectStream>;

/** A community's files. */
export const fileStream = (community: CommunityId) => objectStream(`FILES_${community}`);

/** Snapshots of state and history (docs/journal.md 5.2). Core's alone. */
export const snapshotStream = (community: CommunityId) => objectStream(`SNAPSHOTS_${community}`);

/** One key: which snapshots are good. Core's alone. */
export const manifestBucket = (community: CommunityId): string => `MANIFEST_${community}`;

/** One key: the settings that all processes share, revision by revision. Whoever is of the community may read it, core alone write. */
export const settingsBucket = (community: CommunityId): string => `SETTINGS_${community}`;
/** Revisions that are kept: NATS keeps no more of a key. */
export const settingsRevisionsMax = 64;

/** What no message on the bus may exceed, below NATS's default `max_payload` of 1 MiB less 16 KiB. */
export const payloadBytesMax = 1024 * 1024 - 16 * 1024;
/** Journal 1.2: a batch closes at so many commands or so many encoded bytes. */
export const batchCommandsMax = 200;
export const batchBytesMax = 256 * 1024;
/** Journal 1.2: any one command's events stay below this. */
export const commitBytesMax = 64 * 1024;
