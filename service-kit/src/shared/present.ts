/** Who follows the shared settings in this process: one, however many services it has. */
import type { SharedStanding } from "@dragoman/bus-schema";

export interface SharedFollower {
  readonly standing: SharedStanding;
  /** Looks at once whether there is another revision. */
  look(): void;
}

let follower: SharedFollower | undefined;

/** @returns what ends it */
export function follow(by: SharedFollower): () => void {
  follower = by;
  return () => {
    if (follower === by) follower = undefined;
  };
}

/** Undefined: nobody follows them here. */
export const sharedFollower = (): SharedFollower | undefined => follower;
