/** Whom a commit lets into a channel that it gives a new password (bridge table, password channel). */
import type { Channel, Event, UserId } from "@dragoman/bus-schema";

/** The people whom these events admit by the channel's present password. The roster knows them only behind the events. */
export function admittedBy(
  events: readonly Event[],
  { channelId, passwordId }: Pick<Channel, "channelId" | "passwordId">,
): ReadonlySet<UserId> {
  const found = new Set<UserId>();
  for (const event of events) {
    if (event.type !== "channel.admitted" || event.channelId !== channelId) continue;
    if (event.passwordId === passwordId) found.add(event.userId);
  }
  return found;
}
