/** The invariants of uploads, emoji and webhooks. */
import { attachmentsKey, dueMsOf } from "./file.ts";
import type { Reading, State } from "./shape.ts";

/** What does not hold, in words. */
export function* fileViolations(state: Reading<State>): Iterable<string> {
  yield* uploads(state);
  yield* dues(state);
  const names = new Set<string>();
  for (const [id, { emojiId, name }] of state.emojis) {
    if (id !== emojiId || Number(id) >= state.nextEmoji) yield `emoji ${id} is misfiled`;
    if (names.has(name.toLowerCase())) yield `emoji ${name} is there twice`;
    names.add(name.toLowerCase());
  }
  for (const { webhookId, channelId } of state.webhooks.values()) {
    if (!state.channels.has(channelId)) yield `webhook ${webhookId} leads nowhere`;
  }
  for (const [tag, sessionId] of state.keyTags) {
    if (state.sessions.get(sessionId)?.session.keyTag !== tag) yield `tag ${tag} is nobody's`;
  }
}

function* uploads(state: Reading<State>): Iterable<string> {
  let owned = 0;
  for (const ids of state.attachmentsOf.values()) owned += ids.size;
  if (owned !== state.attachments.size) yield "uploads and their owners differ";
  const shares = new Map<string, number>();
  for (const [id, { attachment, uses }] of state.attachments) {
    const { ownerId, file } = attachment;
    if (!state.attachmentsOf.get(ownerId)?.has(id)) yield `upload ${id} is not its owner's`;
    if (state.fileShares.get(file.hash)?.fileId !== file.fileId) yield `upload ${id} has no file`;
    shares.set(file.hash, (shares.get(file.hash) ?? 0) + 1);
    for (const { messageId } of uses) {
      if (!state.messageAttachments.get(messageId)?.includes(id)) yield `upload ${id} is not shown`;
    }
  }
  for (const [hash, { count }] of state.fileShares) {
    if (shares.get(hash) !== count) yield `file ${hash} is miscounted`;
  }
  for (const [messageId, ids] of state.messageAttachments) {
    for (const id of ids) {
      const uses = state.attachments.get(id)?.uses ?? [];
      if (!uses.some((use) => use.messageId === messageId))
        yield `${messageId} shows a lost upload`;
    }
  }
}

function* dues(state: Reading<State>): Iterable<string> {
  if (state.attachmentDues.length !== state.attachments.size) yield "uploads and their ends differ";
  let before = Number.NEGATIVE_INFINITY;
  for (const { dueMs, attachmentId } of state.attachmentDues) {
    const held = state.attachments.get(attachmentId);
    if (held === undefined || dueMsOf(held) !== dueMs) yield `the end of ${attachmentId} is wrong`;
    if (dueMs < before) yield `the end of ${attachmentId} is out of order`;
    before = dueMs;
  }
  const armed = state.timers.get(attachmentsKey)?.dueMs;
  if (armed !== state.attachmentDues[0]?.dueMs) yield "the timer of the uploads is wrong";
}
