/** Uploads, emoji and webhooks in the state: filed, found by use and by age, and gone with what they hang on. */
import type {
  Attachment,
  AttachmentId,
  ChannelId,
  FileId,
  KeyTag,
  Message,
  MessageId,
  Place,
  WebhookId,
  WebhookTokenId,
} from "@dragoman/bus-schema";
import type {
  AttachmentDue,
  AttachmentUse,
  HeldAttachment,
  LiveSession,
  Reading,
  State,
} from "./shape.ts";

/** The timer of all uploads: the first that is due. */
export const attachmentsKey = "attachments";

/** When an upload is deleted, in epoch ms: at its end, or sooner while no message shows it. */
export function dueMsOf({ attachment, uses }: HeldAttachment): number {
  const { expiresAtMs, unusedUntilMs } = attachment;
  return uses.length > 0 ? expiresAtMs : Math.min(expiresAtMs, unusedUntilMs);
}

/** An upload that has not expired at a time. */
export function attachmentAt(
  state: Reading<State>,
  attachmentId: string,
  nowMs: number,
): HeldAttachment | undefined {
  const held = state.attachments.get(attachmentId as AttachmentId);
  return held === undefined || held.attachment.expiresAtMs <= nowMs ? undefined : held;
}

/** The live session whose key has that tag. */
export function sessionByTag(state: Reading<State>, tag: KeyTag): LiveSession | undefined {
  const sessionId = state.keyTags.get(tag);
  return sessionId === undefined ? undefined : state.sessions.get(sessionId);
}

export function webhookByToken(state: Pick<Reading<State>, "webhooks">, tokenId: WebhookTokenId) {
  for (const webhook of state.webhooks.values()) if (webhook.tokenId === tokenId) return webhook;
  return undefined;
}

/** Every file that something refers to: what else lies in the store is nobody's. */
export function filesInUse(state: Reading<State>): ReadonlySet<FileId> {
  const used = new Set<FileId>();
  for (const { attachment } of state.attachments.values()) used.add(attachment.file.fileId);
  for (const { file } of state.emojis.values()) used.add(file.fileId);
  for (const asset of [state.server?.icon, state.server?.banner]) {
    if (asset?.kind === "file") used.add(asset.file.fileId);
  }
  return used;
}

/** The first index in `dues` that is not before (dueMs, id). */
function placeOf(dues: readonly AttachmentDue[], due: AttachmentDue): number {
  let low = 0;
  let high = dues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = dues[middle] as AttachmentDue;
    const before =
      other.dueMs < due.dueMs ||
      (other.dueMs === due.dueMs && other.attachmentId < due.attachmentId);
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

function schedule(state: State, held: HeldAttachment): void {
  const due = { dueMs: dueMsOf(held), attachmentId: held.attachment.attachmentId };
  state.attachmentDues.splice(placeOf(state.attachmentDues, due), 0, due);
}

function unschedule(state: State, held: HeldAttachment): void {
  const due = { dueMs: dueMsOf(held), attachmentId: held.attachment.attachmentId };
  const at = placeOf(state.attachmentDues, due);
  if (state.attachmentDues[at]?.attachmentId === due.attachmentId) {
    state.attachmentDues.splice(at, 1);
  }
}

function arm(state: State): void {
  const [first] = state.attachmentDues;
  if (first === undefined) state.timers.delete(attachmentsKey);
  else {
    state.timers.set(attachmentsKey, {
      dueMs: first.dueMs,
      key: attachmentsKey,
      body: { type: "attachment.expire" },
    });
  }
}

/** Files a new upload. Equal bytes that are there already are told by their hash. */
export function putAttachment(state: State, attachment: Attachment): void {
  const held: HeldAttachment = { attachment, uses: [] };
  state.attachments.set(attachment.attachmentId, held);
  const own = state.attachmentsOf.get(attachment.ownerId);
  if (own === undefined) {
    state.attachmentsOf.set(attachment.ownerId, new Set([attachment.attachmentId]));
  } else {
    own.add(attachment.attachmentId);
  }
  const { hash, fileId } = attachment.file;
  const shared = state.fileShares.get(hash);
  state.fileShares.set(hash, { fileId, count: (shared?.count ?? 0) + 1 });
  schedule(state, held);
  arm(state);
}

export function dropAttachment(state: State, attachmentId: AttachmentId): void {
  const held = state.attachments.get(attachmentId);
  if (held === undefined) return;
  state.attachments.delete(attachmentId);
  const { ownerId, file } = held.attachment;
  const own = state.attachmentsOf.get(ownerId);
  own?.delete(attachmentId);
  if (own?.size === 0) state.attachmentsOf.delete(ownerId);
  const shared = state.fileShares.get(file.hash);
  if (shared !== undefined && shared.count > 1) {
    state.fileShares.set(file.hash, { ...shared, count: shared.count - 1 });
  } else {
    state.fileShares.delete(file.hash);
  }
  for (const { messageId } of held.uses) unlink(state, messageId, attachmentId);
  unschedule(state, held);
  arm(state);
}

function unlink(state: State, messageId: MessageId, attachmentId: AttachmentId): void {
  const ids = state.messageAttachments.get(messageId)?.filter((id) => id !== attachmentId) ?? [];
  if (ids.length === 0) state.messageAttachments.delete(messageId);
  else state.messageAttachments.set(messageId, ids);
}

/** Notes which uploads a new message shows. */
export function useAttachments(state: State, message: Message): void {
  const { messageId, place, attachments = [] } = message;
  const ids: AttachmentId[] = [];
  for (const { attachmentId } of attachments) {
    const held = state.attachments.get(attachmentId);
    if (held === undefined || ids.includes(attachmentId)) continue;
    ids.push(attachmentId);
    unschedule(state, held);
    const used = { ...held, uses: [...held.uses, { messageId, place }] };
    state.attachments.set(attachmentId, used);
    schedule(state, used);
  }
  if (ids.length === 0) return;
  state.messageAttachments.set(messageId, ids);
  arm(state);
}

/** Notes that a deleted message shows its uploads no longer; others may still show them. */
export function releaseAttachments(state: State, messageId: MessageId): void {
  const ids = state.messageAttachments.get(messageId) ?? [];
  if (ids.length === 0) return;
  for (const id of ids) {
    const held = state.attachments.get(id);
    if (held === undefined) continue;
    unschedule(state, held);
    const left = { ...held, uses: held.uses.filter((use) => use.messageId !== messageId) };
    state.attachments.set(id, left);
    schedule(state, left);
  }
  state.messageAttachments.delete(messageId);
  arm(state);
}

/** The uploads that only this message shows. */
export function attachmentsShownBy(
  state: Reading<State>,
  messageId: MessageId,
): readonly HeldAttachment[] {
  const ids = state.messageAttachments.get(messageId) ?? [];
  return ids.flatMap((id) => {
    const held = state.attachments.get(id);
    return held !== undefined && held.uses.length === 1 ? [held] : [];
  });
}

/** Forgets the webhooks of a deleted channel, and the uploads that only its messages show. */
export function dropFilesOfChannel(state: State, channelId: ChannelId, atMs: number): void {
  const webhookIds: WebhookId[] = [];
  for (const webhook of state.webhooks.values()) {
    if (webhook.channelId === channelId) webhookIds.push(webhook.webhookId);
  }
  for (const webhookId of webhookIds) {
    state.webhooks.delete(webhookId);
    state.webhookSpends.delete(webhookId);
  }
  endAttachmentsOf(state, { channelId }, atMs);
}

/**
 * A thread is gone, or a channel with all of its: what only its messages show is over. Nobody finds it from now on;
 * the timer of the uploads takes it away, in pieces that fit a commit.
 */
export function endAttachmentsOf(state: State, gone: Place, atMs: number): void {
  const isOf = ({ place: { channelId, threadId } }: AttachmentUse): boolean =>
    channelId === gone.channelId && (gone.threadId === undefined || threadId === gone.threadId);
  const isAlone = ({ attachment, uses }: HeldAttachment): boolean =>
    uses.length === 0
      ? gone.threadId === undefined && attachment.channelId === gone.channelId
      : uses.every(isOf);
  const shown = new Set<MessageId>();
  for (const held of [...state.attachments.values()]) {
    if (isAlone(held)) end(state, held, atMs);
    else for (const use of held.uses) if (isOf(use)) shown.add(use.messageId);
  }
  for (const messageId of shown) releaseAttachments(state, messageId);
  arm(state);
}

function end(state: State, held: HeldAttachment, atMs: number): void {
  const { attachment, uses } = held;
  const { attachmentId } = attachment;
  for (const { messageId } of uses) unlink(state, messageId, attachmentId);
  unschedule(state, held);
  const over: HeldAttachment = {
    attachment: { ...attachment, expiresAtMs: Math.min(attachment.expiresAtMs, atMs) },
    uses: [],
    ...(uses.length === 0 ? {} : { orphaned: true }),
  };
  state.attachments.set(attachmentId, over);
  schedule(state, over);
}
