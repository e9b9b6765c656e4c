/** What a feed is told, and what it tells of. */
import type { CommunityId } from "@dragoman/bus-schema";
import type { Bus } from "./bus.ts";
import type { Logger } from "./logger.ts";
import type { FeedRecord, LeaderRead } from "./record-reader.ts";
import type { Skips } from "./skip.ts";

/** A position in the journal: the record at `seq` has the id `id`. (0, "") is before the first. */
export interface Position {
  readonly seq: number;
  readonly id: string;
}

/** A record that cannot be applied: the feed goes no further than the one before. */
export interface Halt {
  readonly seq: number;
  readonly why: string;
}

export interface FeedOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly logger: Logger;
  /** Of a record that has a gist no more is read (docs/journal.md 4.9); without it each is read whole. */
  readonly gistIsEnough?: boolean;
  /** Applies a record; called in order, each once. */
  readonly apply: (record: FeedRecord) => void;
  /**
   * The journal is not the one that was applied (a power cut, a restore), or too much is missing. The owner
   * drops what it built and starts anew; the feed has stopped itself.
   */
  readonly rewound: (why: string) => void;
  /** The feed has halted, or (undefined) it goes on: an operator had the record passed over. */
  readonly halted: (halt: Halt | undefined) => void;
  /** Why a record that can be read is not to be applied here; undefined: it is. Without it all are applied. */
  readonly refuse?: (record: FeedRecord) => string | undefined;
  /** What is known to be passed over; kept by whoever begins anew with another feed. */
  readonly skips?: Skips;
  /** How long a live record may be late before it is fetched. */
  readonly gapFillMs: number;
  /** Missing records above which it is cheaper to start anew. */
  readonly gapMax: number;
  /** Reads of the stream's leader; without it the process asks the leader itself, as core may. */
  readonly readOfLeader?: LeaderRead;
  /** Resolves when there is room for more of what is missing; without it there always is. */
  readonly room?: () => Promise<void>;
}
