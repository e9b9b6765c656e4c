/** Which messages are of a person who is forgotten. The history's worker loads it too, and nothing with it. */
import type { Message, UserId } from "@dragoman/bus-schema";
import type { Erasure } from "./shape.ts";

/**
 * Whether a line is the person's: written, asked for as a slash command, a poll, by a webhook of the person's, or by the
 * server about the person.
 */
export function isTheirs(
  { author, concernsId, interaction, poll, webhook }: Message,
  { userIds, webhookIds }: Pick<Erasure, "userIds" | "webhookIds">,
): boolean {
  const isOne = (userId: UserId | undefined): boolean =>
    userId !== undefined && userIds.includes(userId);
  return (
    (author.kind === "user" && isOne(author.userId)) ||
    isOne(interaction?.userId) ||
    isOne(concernsId) ||
    isOne(poll?.creatorId) ||
    (webhook !== undefined && webhookIds.includes(webhook.webhookId))
  );
}

/** Whether a message says words of the person's that it answers. */
export function quotes({ replyTo }: Message, userIds: readonly UserId[]): boolean {
  return (
    replyTo?.excerpt !== undefined &&
    replyTo.author.kind === "user" &&
    userIds.includes(replyTo.author.userId)
  );
}
