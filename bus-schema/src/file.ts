/** Files and what is made of them. The bytes lie in the object store (`stream.ts`); events name them alone. */
import { z } from "zod";
import {
  AttachmentId,
  ChannelId,
  EmojiId,
  FileId,
  UserId,
  WebhookId,
  WebhookTokenId,
} from "./id.ts";

const pixels = z.int().min(1).max(65_535);

/**
 * A file in the object store. `mime` is what its bytes are, whatever its sender said; `hash` is SHA-256 in hex;
 * `width` and `height` are pixels, of pictures whose head says so.
 */
export const StoredFile = z.object({
  fileId: FileId,
  size: z.int().min(0),
  mime: z.string().min(1).max(100),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  width: pixels.exactOptional(),
  height: pixels.exactOptional(),
});
export type StoredFile = z.infer<typeof StoredFile>;

/** Turn the reading direction: `\u202egnp.exe` would be read as `exe.png`. */
export const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The name that a file was uploaded under: no path, no control characters. */
export const FileName = z
  .string()
  .min(1)
  .max(255)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f-\u009f]+$/);

/** An upload. `channelId` is where its owner was allowed to send. Gone at `expiresAtMs`, to the millisecond. */
export const Attachment = z.object({
  attachmentId: AttachmentId,
  name: FileName,
  file: StoredFile,
  ownerId: UserId,
  channelId: ChannelId,
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  /** When it goes if no message shows it. */
  unusedUntilMs: z.int(),
  permanent: z.boolean(),
});
export type Attachment = z.infer<typeof Attachment>;

/** An attachment as a message holds it: as it was when the message was posted. */
export const MessageAttachment = z.object({
  attachmentId: AttachmentId,
  name: FileName,
  mime: z.string().min(1).max(100),
  size: z.int().min(0),
  expiresAtMs: z.int(),
  permanent: z.boolean(),
  width: pixels.exactOptional(),
  height: pixels.exactOptional(),
});
export type MessageAttachment = z.infer<typeof MessageAttachment>;

/** Attachments of one message. */
export const attachmentsMax = 20;

/** A picture with a name (OriginChats part 3, section 8). Names are unique whatever the case. */
export const Emoji = z.object({
  emojiId: EmojiId,
  name: z.string().regex(/^[A-Za-z0-9_]{1,64}$/),
  file: StoredFile,
});
export type Emoji = z.infer<typeof Emoji>;

/**
 * A door for programs into one channel. `tokenId` is the first half of its token; the second follows from it by
 * a key that core alone has. `digest`: SHA-256, in hex, of the whole token that it had on the server from which it was
 * imported; that one is good as well, as long as `tokenId` is its own.
 */
export const Webhook = z.object({
  webhookId: WebhookId,
  channelId: ChannelId,
  name: z.string().min(1).max(100),
  avatar: z.string().max(2000).nullable(),
  createdById: UserId,
  createdAtMs: z.int(),
  tokenId: WebhookTokenId,
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
});
export type Webhook = z.infer<typeof Webhook>;

/** Whom a message came from that a webhook posted. `github`: a push of that site, shown as its own. */
export const WebhookAuthor = z.object({
  webhookId: WebhookId,
  github: z.literal(true).exactOptional(),
  name: z.string().min(1).max(100),
  avatar: z.string().max(2000).nullable(),
});
export type WebhookAuthor = z.infer<typeof WebhookAuthor>;

/** The community's icon or banner: an address elsewhere, or a file of ours. */
export const ServerAsset = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("url"), url: z.string().min(1).max(2000) }),
  z.object({ kind: z.literal("file"), file: StoredFile }),
]);
export type ServerAsset = z.infer<typeof ServerAsset>;
