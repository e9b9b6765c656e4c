/** What queries and authentication see of the replica: the community as far as the journal is stored. */
import type { LeaderTime } from "@dragoman/bus-schema";
import type { Halt } from "@dragoman/service-kit";
import type { State } from "../state/shape.ts";

export interface ReplicaView {
  /**
   * The state at `position`, never ahead of it: whoever reads it after an `await` must not see what a leader
   * has decided and not yet stored (docs/journal.md 2.1). Read only.
   */
  readonly state: State;
  /** The last applied record, its `at`, and the highest term seen. */
  readonly position: {
    readonly seq: number;
    readonly id: string;
    readonly at: number;
    readonly term: number;
  };
  /** The journal's time at this moment, in epoch ms (docs/journal.md 1.6). */
  readonly nowMs: number;
  /** The same, and what our own clock says, for whoever asks the leader. */
  readonly time: LeaderTime;
  /** Caught up and allowed to answer. */
  readonly current: boolean;
  /** The record that cannot be applied: what is before it is all that there is (docs/journal.md 1.5). */
  readonly halt: Halt | undefined;
  /** Waits until `position.seq` is at least `seq`, or as much as can be (`halt`); false after `limitMs`. */
  reached(seq: number, limitMs: number): Promise<boolean>;
}
