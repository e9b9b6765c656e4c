/** The public face of the canonical contract: names only. */

export { aheadMs } from "./ahead.ts";
export { type Decoded, type DecodedBatch, decode, decodeBatch, encode } from "./codec.ts";
export { Color, colorOrNone, isColor } from "./color.ts";
export { type GrantOf, type GrantType, grantShapes } from "./command/grant.ts";
export { Command, type CommandOf, type CommandType, commandTypes } from "./command/index.ts";
export {
  Channel,
  ChannelPermissions,
  type ChannelRight,
  channelRights,
  Identity,
  nicknameMax,
  PictureUrl,
  Provider,
  Role,
  Server,
  Status,
  statusTextMax,
  User,
} from "./community.ts";
export {
  About,
  Author,
  Content,
  Embed,
  excerptCodePointsMax,
  Message,
  Reaction,
} from "./content.ts";
export {
  AliveReply,
  AliveRequest,
  AttemptReply,
  AttemptRequest,
  AuthenticateReply,
  AuthenticateRequest,
  Batch,
  Cause,
  CommandEnvelope,
  CommandReply,
  Commit,
  CooldownReply,
  CooldownRequest,
  Heartbeat,
  HeartbeatReply,
  LeaderTime,
  noDeadlineMs,
  QueryEnvelope,
  QueryReply,
} from "./envelope.ts";
export { Event, type EventOf, type EventType, eventTypes, missedMax } from "./event/index.ts";
export { excerptOf, oneLine, shows } from "./excerpt.ts";
export { type Family, families } from "./family.ts";
export {
  Attachment,
  attachmentsMax,
  directionMarks,
  Emoji,
  FileName,
  MessageAttachment,
  ServerAsset,
  StoredFile,
  Webhook,
  WebhookAuthor,
} from "./file.ts";
export { hereMax, rememberHere } from "./here.ts";
export {
  AddressTag,
  AttachmentId,
  ChannelId,
  CommandId,
  CommunityId,
  CredentialId,
  commandId,
  EmojiId,
  FileId,
  GatewayId,
  gatewayKind,
  KeyTag,
  loopbackTag,
  MessageId,
  MessageNumber,
  operatorGateway,
  PollId,
  PushId,
  RoleId,
  SessionId,
  splitCommandId,
  ThreadId,
  UserId,
  UserNumber,
  WebhookId,
  WebhookTokenId,
} from "./id.ts";
export { featureLevel, levelOf, ProcessFacts } from "./level.ts";
export { parseBbcode } from "./markup/bbcode.ts";
export { treeOf } from "./markup/index.ts";
export { isPlain, parseMarkdown } from "./markup/markdown.ts";
export {
  addressOf,
  isFilmId,
  type Node,
  plainTree,
  type Tree,
  textOf,
} from "./markup/tree.ts";
export { MessageRef, type NewestBy } from "./message-ref.ts";
export {
  type Actor,
  allows,
  announcedPermissions,
  channelList,
  freshChannelPermissions,
  hasPermission,
  holds,
  isOpenTo,
  isOwner,
  mayManage,
  namesRole,
  outranks,
  type Right,
  rankOf,
  rights,
  rolesOf,
  sees,
  views,
  withRoleRenamed,
} from "./permission.ts";
export { Place, samePlace } from "./place.ts";
export { OptionId, Poll, PollOption, pollLimits } from "./poll.ts";
export {
  type AnswerOf,
  Query,
  type QueryOf,
  type QueryType,
  queryShapes,
  RosterUser,
  rosterPageMax,
} from "./query/index.ts";
export { pinnedMax, repliesMax } from "./query/message.ts";
export { AuditEntry } from "./query/moderation.ts";
export {
  emojiCodePointsMax,
  emojisMax,
  hasReacted,
  hasRoomFor,
  reactionsMax,
  withoutReaction,
  withReaction,
} from "./reaction.ts";
export { Rejection, type RejectionCode, type RejectionOf, type Result } from "./rejection.ts";
export { OpeningTraits, Protocol, Session, SessionTraits } from "./session.ts";
export { SessionSet } from "./session-digest.ts";
export { Signal, SignalEnvelope } from "./signal/index.ts";
export {
  SlashArgs,
  SlashCall,
  SlashCommand,
  SlashOption,
  SlashSet,
  slashCommandsMax,
} from "./slash.ts";
export {
  batchBytesMax,
  batchCommandsMax,
  commitBytesMax,
  fileStream,
  journalStream,
  leaseBucket,
  manifestBucket,
  type ObjectStream,
  payloadBytesMax,
  secretBucket,
  snapshotStream,
} from "./stream.ts";
export {
  parseCommandSubject,
  parseFileSubject,
  parseGatewaySubject,
  parseQuerySubject,
  subject,
} from "./subject.ts";
export {
  type ChangeFamily,
  type ChangeTable,
  changerOf,
  type EventFamily,
  type EventTable,
  type Ignored,
  ignored,
  ignoring,
  rowsByType,
  runnerOf,
} from "./table.ts";
export {
  beginning,
  codePoints,
  firstLetters,
  isLonger,
  readJson,
  trimmed,
  withoutUnseen,
} from "./text.ts";
export { Thread, ThreadState, threadNameMax } from "./thread.ts";
export { VoicePresence } from "./voice.ts";
export { withdraws } from "./withdrawal.ts";
