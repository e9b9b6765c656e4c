/**
 * What becomes of places that name an account when it becomes part of another: core's state and every roster follow
 * `user.merged` by these rules.
 */
import type { Channel } from "./community.ts";
import type { UserId } from "./id.ts";
import type { Thread } from "./thread.ts";

interface Merge {
  readonly intoId: UserId;
  readonly fromId: UserId;
}

/** A thread in which the remaining account takes the place of the absorbed one, once. */
export function mergedThread(thread: Thread, { intoId, fromId }: Merge): Thread {
  const now = (userId: UserId): UserId => (userId === fromId ? intoId : userId);
  const participantIds = [...new Set(thread.participantIds.map(now))];
  return { ...thread, creatorId: now(thread.creatorId), participantIds };
}

/** Whether a thread names an account. */
export const namesInThread = (thread: Thread, userId: UserId): boolean =>
  thread.creatorId === userId || thread.participantIds.includes(userId);

/**
 * The channels that are others then: what the absorbed account owns, and its whispers. Where the remaining one has a
 * whisper with the same person, both stay, and the absorbed one's is told apart by `formerId`. The whisper of the two
 * with each other stays as it is.
 */
export function mergedChannels(
  channels: Iterable<Channel>,
  { intoId, fromId }: Merge,
): readonly Channel[] {
  const all = [...channels];
  const known = new Set(all.map((channel) => otherIn(channel, intoId)));
  const changed: Channel[] = [];
  for (const channel of all) {
    const otherId = otherIn(channel, fromId);
    if (otherId !== undefined && otherId !== intoId) {
      const formerId = channel.formerId ?? (known.has(otherId) ? fromId : undefined);
      const former = formerId === undefined ? {} : { formerId };
      // Whoever had put it away sees it again, under another name.
      const { closedBy: _, ...open } = channel;
      changed.push({ ...open, peopleIds: [intoId, otherId], ...former });
    } else if (channel.ownerId === fromId) changed.push({ ...channel, ownerId: intoId });
  }
  return changed;
}

/** The other person of a whisper of somebody's; undefined: it is none. */
function otherIn({ peopleIds }: Channel, userId: UserId): UserId | undefined {
  if (peopleIds?.includes(userId) !== true) return undefined;
  return peopleIds.find((id) => id !== userId);
}
