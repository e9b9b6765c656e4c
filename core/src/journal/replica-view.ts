/** What queries and authentication see of the replica: the community as far as the journal is stored. */
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
  /** Caught up and allowed to answer. */
  readonly current: boolean;
  /** Waits until `position.seq` is at least `seq`; false after `limitMs`. */
  reached(seq: number, limitMs: number): Promise<boolean>;
}
