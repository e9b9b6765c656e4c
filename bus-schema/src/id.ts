/**
 * Branded identifiers. A raw string is never an id: whoever has one took it from a validated record.
 * The pair of a string id and a small integer, for clients of either kind, is allotted by the
 * leader in one event and is durable: it is the id map that other bridges lose.
 */
import { z } from "zod";

/** One token of a NATS subject: neither dots, wildcards nor spaces. */
const token = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

/** Opaque, stable for ever, never reused. */
export const UserId = token.brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

/** A person's number, for clients that count people: a positive integer below 2^53, never reused. */
export const UserNumber = z.int().min(1).max(Number.MAX_SAFE_INTEGER).brand<"UserNumber">();
export type UserNumber = z.infer<typeof UserNumber>;

/** UUID. */
export const MessageId = uuid.brand<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;

/** Rising over the whole community from 1, for clients that number messages. */
export const MessageNumber = z
  .int()
  .min(1)
  .max(2 ** 52)
  .brand<"MessageNumber">();
export type MessageNumber = z.infer<typeof MessageNumber>;

export const ChannelId = uuid.brand<"ChannelId">();
export type ChannelId = z.infer<typeof ChannelId>;

export const ThreadId = uuid.brand<"ThreadId">();
export type ThreadId = z.infer<typeof ThreadId>;

export const RoleId = uuid.brand<"RoleId">();
export type RoleId = z.infer<typeof RoleId>;

/** An upload; whoever knows it may fetch it. */
export const AttachmentId = uuid.brand<"AttachmentId">();
export type AttachmentId = z.infer<typeof AttachmentId>;

/** Keyed digest of an endpoint that takes notifications. */
export const PushId = token.brand<"PushId">();
export type PushId = z.infer<typeof PushId>;

/** Names bytes in the object store. */
export const FileId = uuid.brand<"FileId">();
export type FileId = z.infer<typeof FileId>;

export const WebhookId = uuid.brand<"WebhookId">();
export type WebhookId = z.infer<typeof WebhookId>;

/** The public half of a webhook's token. */
export const WebhookTokenId = uuid.brand<"WebhookTokenId">();
export type WebhookTokenId = z.infer<typeof WebhookTokenId>;

/** Decimal, counted up from 0, never reused. */
export const EmojiId = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/)
  .brand<"EmojiId">();
export type EmojiId = z.infer<typeof EmojiId>;

/** A poll; its message has an id of its own. */
export const PollId = uuid.brand<"PollId">();
export type PollId = z.infer<typeof PollId>;

/** Names an invite; short, for operators type it. It opens nothing. */
export const InviteId = z
  .string()
  .regex(/^[a-z0-9]{4,16}$/)
  .brand<"InviteId">();
export type InviteId = z.infer<typeof InviteId>;

/** Names a secret (a password hash) in the bucket that only core may read. */
export const CredentialId = uuid.brand<"CredentialId">();
export type CredentialId = z.infer<typeof CredentialId>;

/** One signed-in connection. Made by the gateway. */
export const SessionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{32}$/)
  .brand<"SessionId">();
export type SessionId = z.infer<typeof SessionId>;

/** `<session id>.<n>`, or `<process id>.<n>` for operators, timers and webhooks; n counts up from 1. */
export const CommandId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}\.[1-9][0-9]{0,14}$/)
  .brand<"CommandId">();
export type CommandId = z.infer<typeof CommandId>;

/** Keyed digest (HMAC-SHA-256) of a network address: equal addresses are recognised, none can be read. */
export const AddressTag = token.brand<"AddressTag">();
export type AddressTag = z.infer<typeof AddressTag>;

/** Digest (SHA-256) of a key that one connection alone was given: whoever shows the key acts for its session. */
export const KeyTag = token.brand<"KeyTag">();
export type KeyTag = z.infer<typeof KeyTag>;

/**
 * The tag of every loopback address: whoever comes from there sits on the server's own machine, or behind a proxy
 * that is not configured. A ban of it would shut out everybody, so no address ban ever holds it.
 */
export const loopbackTag = "loopback" as AddressTag;

/** New at each start of a gateway process: `<kind>_<chance>`. A token of the subjects of all that it asks. */
export const GatewayId = token.brand<"GatewayId">();
export type GatewayId = z.infer<typeof GatewayId>;

/**
 * What a gateway is: the protocol of its edge, or `operator`. It stands in the id, so that no gateway of one kind
 * can use the id of one of another kind.
 */
export function gatewayKind(gatewayId: GatewayId): string {
  return gatewayId.split("_", 1)[0] ?? "";
}

/** One community is one journal, one leader, one name space. */
export const CommunityId = token.brand<"CommunityId">();
export type CommunityId = z.infer<typeof CommunityId>;

/** Whom operators act as: a kind of its own, which only their credentials may use. */
export const operatorGateway = "operator" as GatewayId;

/** Splits `<origin>.<n>`. */
export function splitCommandId(id: CommandId): { readonly origin: string; readonly n: number } {
  const dot = id.lastIndexOf(".");
  return { origin: id.slice(0, dot), n: Number(id.slice(dot + 1)) };
}

/** Joins an origin (a session id or a process id) and a counter into a command id. */
export function commandId(origin: string, n: number): CommandId {
  return `${origin}.${n}` as CommandId;
}
