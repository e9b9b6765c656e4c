/** What each event about files gives to whom: rows for the table of `event.test.ts`. */
import type { Attachment, Emoji, EventOf, StoredFile, Webhook } from "@dragoman/bus-schema";
import { ada, general, nowMs, type Told } from "../edge.ts";

const uuid = (n: number): string => `00000000-0000-4000-a000-${String(n).padStart(12, "0")}`;

/** A picture. */
const picture: StoredFile = {
  fileId: uuid(1) as StoredFile["fileId"],
  size: 71,
  mime: "image/png",
  hash: "0".repeat(64),
  width: 2,
  height: 2,
};
const attachment: Attachment = {
  attachmentId: uuid(2) as Attachment["attachmentId"],
  name: "pic.png",
  file: picture,
  ownerId: ada.userId,
  channelId: general.channelId,
  createdAtMs: nowMs,
  expiresAtMs: nowMs + 500,
  unusedUntilMs: nowMs + 100,
  permanent: false,
};
const wave: Emoji = { emojiId: "0" as Emoji["emojiId"], name: "wave", file: picture };
const hook: Webhook = {
  webhookId: uuid(3) as Webhook["webhookId"],
  channelId: general.channelId,
  name: "Hook",
  avatar: null,
  createdById: ada.userId,
  createdAtMs: nowMs,
  tokenId: uuid(4) as Webhook["tokenId"],
};

type FileEvent =
  | "attachment.added"
  | "attachment.deleted"
  | `emoji.${"added" | "updated" | "deleted"}`;
type HookEvent = `webhook.${"created" | "updated" | "renewed" | "deleted"}`;

const all = (packet: Record<string, unknown>): readonly Told[] => [
  { to: "everyone", packets: [packet] },
];

export const fileGolden: {
  readonly [T in FileEvent | HookEvent]: readonly [EventOf<T>, readonly Told[]];
} = {
  "attachment.added": [{ type: "attachment.added", attachment }, []],
  "attachment.deleted": [
    {
      type: "attachment.deleted",
      attachmentId: attachment.attachmentId,
      file: picture,
      byId: null,
      why: "expired",
    },
    [],
  ],
  "emoji.added": [
    { type: "emoji.added", emoji: wave },
    all({ cmd: "emoji_add", id: "0", added: true, name: "wave", fileName: "0.png" }),
  ],
  "emoji.updated": [
    { type: "emoji.updated", emoji: { ...wave, name: "hello" }, before: wave },
    all({ cmd: "emoji_update", id: 0, updated: true, name: "hello", fileName: "0.png" }),
  ],
  "emoji.deleted": [
    { type: "emoji.deleted", emoji: wave },
    all({ cmd: "emoji_delete", id: 0, deleted: true }),
  ],
  "webhook.created": [{ type: "webhook.created", webhook: hook }, []],
  "webhook.updated": [{ type: "webhook.updated", webhook: hook }, []],
  "webhook.renewed": [{ type: "webhook.renewed", webhook: hook }, []],
  "webhook.deleted": [{ type: "webhook.deleted", webhook: hook }, []],
};
