/**
 * Serves in a queue group only while the replica is current. A member that stays silent would swallow its share of the
 * requests, so a core that replays has to leave the group and not merely not answer.
 */
import type { Subscription } from "@dragoman/service-kit";
import type { ReplicaView } from "./replica-view.ts";

/** How often the replica is looked at; a change is no hot matter. */
const lookMs = 50;

/** Holds what `open` gives exactly while the replica is current, until stopped. */
export function serveWhileCurrent(
  replica: Pick<ReplicaView, "current">,
  open: () => Subscription,
): { stop(): void } {
  let held: Subscription | undefined;
  const look = (): void => {
    if (replica.current) {
      held ??= open();
    } else {
      held?.unsubscribe();
      held = undefined;
    }
  };
  look();
  const timer = setInterval(look, lookMs);
  return {
    stop: () => {
      clearInterval(timer);
      held?.unsubscribe();
    },
  };
}
