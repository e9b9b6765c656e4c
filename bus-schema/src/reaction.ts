/** The pure rules of a message's reactions: their order, what adds to them and what takes away. */
import type { Reaction } from "./content.ts";
import type { UserId } from "./id.ts";

/** Code points of one emoji, at most (OriginChats part 2, section 7). */
export const emojiCodePointsMax = 200;
/** Different emojis of one message, and reactions of one message in all. */
export const emojisMax = 100;
export const reactionsMax = 2_000;

/** Whether a message can take one more reaction with this emoji. */
export function hasRoomFor(reactions: readonly Reaction[] | undefined, emoji: string): boolean {
  const all = reactions ?? [];
  if (!all.some((each) => each.emoji === emoji) && all.length >= emojisMax) return false;
  return all.reduce((sum, { userIds }) => sum + userIds.length, 0) < reactionsMax;
}

/** The reactions with one more: emojis and their people stand in the order of their first reaction. */
export function withReaction(
  reactions: readonly Reaction[] | undefined,
  emoji: string,
  userId: UserId,
): Reaction[] {
  const all = [...(reactions ?? [])];
  const index = all.findIndex((each) => each.emoji === emoji);
  const found = all[index];
  if (found === undefined) return [...all, { emoji, userIds: [userId] }];
  if (!found.userIds.includes(userId)) all[index] = { emoji, userIds: [...found.userIds, userId] };
  return all;
}

/** The reactions with one less; an emoji with nobody left is gone. */
export function withoutReaction(
  reactions: readonly Reaction[] | undefined,
  emoji: string,
  userId: UserId,
): Reaction[] {
  return (reactions ?? []).flatMap((each) => {
    if (each.emoji !== emoji) return [each];
    const userIds = each.userIds.filter((id) => id !== userId);
    return userIds.length === 0 ? [] : [{ emoji, userIds }];
  });
}
