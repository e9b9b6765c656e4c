import type { Actor, Channel, UserId } from "@dragoman/bus-schema";

/** What is about to differ from the state in who may view what. */
export interface ViewChange {
  /** A channel in its new form. */
  readonly channel?: Channel;
  /** People who are admitted to it in the same commit. */
  readonly admitted?: ReadonlySet<UserId>;
  /** People with their new roles. */
  readonly actorOf?: (userId: UserId) => Actor;
}
