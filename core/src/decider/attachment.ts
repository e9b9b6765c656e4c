/** Uploads: who may make one, how long it stays, and what goes with what (OriginChats part 2, section 14). */
import {
  type Attachment,
  type AttachmentId,
  aheadMs,
  allows,
  attachmentsMax,
  type CommandOf,
  type Event,
  type EventOf,
  type MessageAttachment,
  type Result,
  type StoredFile,
  type UserId,
} from "@dragoman/bus-schema";
import { noteFile } from "../state/erase.ts";
import { dropAttachment, putAttachment } from "../state/file.ts";
import { isOf } from "../state/find.ts";
import { type HeldAttachment, minuteMs, type Reading, type State } from "../state/shape.ts";
import { placeNotFound, seenAttachment } from "../state/sight.ts";
import type { BodyOf, Decision } from "./contract.ts";
import { notPermitted } from "./guard.ts";
import { sightIn, visible } from "./place.ts";
import {
  accept,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  refuse,
  type SessionContext,
} from "./row.ts";

type DeletedWhy = EventOf<"attachment.deleted">["why"];

const dayMs = 24 * 3_600_000;
/** Uploads that one timer removes at most: its commit stays small, and the timer comes again. */
export const expiredAtOnceMax = 100;

/** Days that a file of so many MiB is kept before the cap of the settings (part 2, 14.2). */
export function keptDays(mebibytes: number): number {
  if (mebibytes <= 5) return 49;
  if (mebibytes < 25) return 7 + (25 - mebibytes) * 2.1;
  return mebibytes < 100 ? 7 - (mebibytes - 25) * 0.08 : 1;
}

function add(context: SessionContext, body: CommandOf<"attachment.add">): Decision {
  const { attachments: settings } = context.inputs;
  const { userId } = context.asker.actor;
  if (!settings.enabled) return refuse({ code: "disabled", feature: "attachments" });
  if (settings.perPerson === 0) return refuse({ code: "disabled", feature: "uploads" });
  const channel = visible(context, body);
  if (channel === undefined) return refuse(placeNotFound(body));
  if (!allows(channel, "send", context.asker.actor)) return notPermitted("send");
  if (context.state.attachments.has(body.attachmentId)) {
    return refuse({ code: "already_exists", what: "attachment", given: body.attachmentId });
  }
  if (body.file.size > settings.bytesMax) {
    return refuse({ code: "too_long", field: "file", max: settings.bytesMax });
  }
  const since = context.nowMs - minuteMs;
  const recent = context.state.uploads.get(userId)?.filter((at) => at > since).length ?? 0;
  if (recent >= settings.perMinute) {
    return refuse({ code: "limit_reached", what: "uploads", max: settings.perMinute });
  }
  const attachment = attachmentOf(context, body);
  return accept(...replacedEvents(context, userId), { type: "attachment.added", attachment });
}

function attachmentOf(context: SessionContext, body: CommandOf<"attachment.add">): Attachment {
  const { attachments: settings } = context.inputs;
  const { attachmentId, name, channelId, file, expiresInMs } = body;
  const permanent = isPermanent(context);
  const fullMs = permanent
    ? settings.permanentMs
    : Math.min(keptDays(file.size / 2 ** 20) * dayMs, settings.keptMs);
  const keptMs = Math.round(Math.min(fullMs, expiresInMs ?? fullMs));
  return {
    attachmentId,
    name,
    file: sharedFile(context.state, file),
    ownerId: context.asker.actor.userId,
    channelId,
    createdAtMs: context.nowMs,
    expiresAtMs: context.nowMs + keptMs,
    unusedUntilMs: context.nowMs + settings.unusedMs,
    permanent,
  };
}

/** Whether the person's subscription is one of those whose files stay (part 2, 14.2). */
function isPermanent({ inputs: { lookups, attachments } }: DecisionContext): boolean {
  const { tier = null } = lookups;
  return tier !== null && attachments.permanentTiers.some((each) => each.toLowerCase() === tier);
}

/** The file under the id of an equal one that is stored already; its own otherwise (OriginChats part 2, 14.1). */
export function sharedFile(state: Reading<State>, file: StoredFile): StoredFile {
  const present = state.fileShares.get(file.hash);
  return present === undefined ? file : { ...file, fileId: present.fileId };
}

/** `attachment.deleted` of the oldest uploads above a person's number of them, also of those that a message shows. */
function replacedEvents(context: SessionContext, userId: UserId): readonly Event[] {
  const max = context.inputs.attachments.perPerson;
  const own = [...(context.state.attachmentsOf.get(userId) ?? [])];
  if (max < 0 || own.length < max) return [];
  return own.slice(0, own.length - max + 1).flatMap((id) => {
    const held = context.state.attachments.get(id);
    return held === undefined ? [] : [attachmentDeletedEvent(held, "replaced", null)];
  });
}

/** `attachment.deleted` of an upload, with why and by whom; null: by nobody. */
export function attachmentDeletedEvent(
  { attachment }: HeldAttachment,
  why: DeletedWhy,
  byId: UserId | null,
): EventOf<"attachment.deleted"> {
  const { attachmentId, file } = attachment;
  return { type: "attachment.deleted", attachmentId, file, byId, why };
}

function attachmentSeen(context: SessionContext, given: string): HeldAttachment | undefined {
  return seenAttachment(context.state, given, context.nowMs, sightIn(context));
}

/** Decides `attachment.delete`: for its uploader, and the roles `owner` and `admin` by name (part 2, 14.4). */
function remove(context: SessionContext, body: CommandOf<"attachment.delete">): Decision {
  const held = attachmentSeen(context, body.attachmentId);
  if (held === undefined) {
    return refuse({ code: "not_found", what: "attachment", given: body.attachmentId });
  }
  const { userId, roles } = context.asker.actor;
  const may =
    isOf(context.state, held.attachment.ownerId, userId) ||
    roles.some(({ name }) => name === "owner" || name === "admin");
  return may ? accept(attachmentDeletedEvent(held, "deleted", userId)) : notPermitted("uploader");
}

function expire(context: DecisionContext<CoreAsker>, _body: BodyOf<"attachment.expire">): Decision {
  const events: Event[] = [];
  for (const { dueMs, attachmentId } of context.state.attachmentDues) {
    if (dueMs > context.nowMs || events.length >= expiredAtOnceMax) break;
    const held = context.state.attachments.get(attachmentId);
    if (held === undefined) continue;
    events.push(attachmentDeletedEvent(held, whyOver(held), null));
  }
  return accept(...events);
}

function whyOver({ uses, orphaned }: HeldAttachment): DeletedWhy {
  if (orphaned === true) return "message";
  return uses.length > 0 ? "expired" : "unused";
}

/** The attachments as a message shows them; refused unless each is there and the author's own (part 2, 3 and 12). */
export function shownAttachments(
  context: SessionContext,
  ids: readonly AttachmentId[],
): Result<readonly MessageAttachment[]> {
  if (ids.length > 0 && !context.inputs.attachments.enabled) {
    return refuse({ code: "disabled", feature: "attachments" });
  }
  if (ids.length > attachmentsMax) {
    return refuse({ code: "limit_reached", what: "attachments", max: attachmentsMax });
  }
  const shown: MessageAttachment[] = [];
  for (const id of ids) {
    const held = attachmentSeen(context, id);
    if (held === undefined) return refuse({ code: "not_found", what: "attachment", given: id });
    const { ownerId } = held.attachment;
    if (!isOf(context.state, ownerId, context.asker.actor.userId)) return notPermitted("uploads");
    shown.push(shownAttachment(held.attachment, aheadMs(context.nowMs, context.inputs.clockMs)));
  }
  return { ok: true, value: shown };
}

/** `ahead`: how many ms the journal's time, by which it goes, is ahead of people's clocks. */
function shownAttachment(attachment: Attachment, ahead: number): MessageAttachment {
  const { attachmentId, name, file, permanent } = attachment;
  const expiresAtMs = attachment.expiresAtMs - ahead;
  const { mime, size, width, height } = file;
  return {
    attachmentId,
    name,
    mime,
    size,
    expiresAtMs,
    permanent,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

export const attachmentCommands: CommandRows<"attachment"> = {
  "attachment.add": {
    by: "key",
    needs: (_state, { key }) => [
      { kind: "key", key },
      { kind: "tier", key },
    ],
    speaks: () => true,
    decide: add,
  },
  "attachment.delete": { by: "session", decide: remove },
  "attachment.expire": { by: "core", decide: expire },
};

export const attachmentEvents: EventRows<"attachment"> = {
  "attachment.added": (state, { attachment }, { position }) => {
    putAttachment(state, attachment);
    const { ownerId } = attachment;
    const since = position.at - minuteMs;
    const recent = state.uploads.get(ownerId)?.filter((at) => at > since) ?? [];
    state.uploads.set(ownerId, [...recent, position.at]);
  },
  "attachment.deleted": (state, { attachmentId }) => {
    noteFile(state, state.attachments.get(attachmentId));
    dropAttachment(state, attachmentId);
  },
};
