/** The public face of the canonical contract: names only. */

export {
  actCommands,
  bannedLine,
  kickedLine,
  noReason,
  reasonMax,
  silencedLine,
  unbannedLine,
  unsilencedLine,
} from "./act-line.ts";
export { aheadMs } from "./ahead.ts";
export { calledIn } from "./called.ts";
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
  Nickname,
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
  mentionsMax,
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
export {
  type Carried,
  Event,
  type EventOf,
  type EventType,
  eventTypes,
  missedMax,
} from "./event/index.ts";
export { filledBytesMax } from "./event/journal.ts";
export { changesMax } from "./event/server.ts";
export { erasedMax } from "./event/user.ts";
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
export { withFormer } from "./former.ts";
export { decodeGist, gistHeader, gistOf } from "./gist.ts";
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
  InviteId,
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
export {
  ImportedMessage,
  ImportedPerson,
  ImportProgress,
  importBytesMax,
  importedNumberMax,
} from "./import.ts";
export {
  Invite,
  inviteCode,
  inviteSecondsMax,
  inviteUsesMax,
  readInviteCode,
  splitInvite,
} from "./invite.ts";
export {
  canaryLevel,
  featureLevel,
  levelOf,
  ProcessFacts,
  SharedStanding,
  settingsNamedMax,
  tokenLevel,
} from "./level.ts";
export { parseBbcode } from "./markup/bbcode.ts";
export { treeOf } from "./markup/index.ts";
export { literal } from "./markup/literal.ts";
export { isPlain, parseMarkdown } from "./markup/markdown.ts";
export { emojiForm, type Names, withNames, withRoleNames } from "./markup/named.ts";
export {
  addressOf,
  isFilmId,
  type Node,
  plainTree,
  type Tree,
  textOf,
} from "./markup/tree.ts";
export { mergedChannels, mergedThread, namesInThread } from "./merge.ts";
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
export {
  DescribedPhase,
  Phase,
  phases,
  phaseTextMax,
  reaches,
  Standing,
} from "./phase.ts";
export { Place, samePlace } from "./place.ts";
export { OptionId, Poll, PollOption, pollLimits } from "./poll.ts";
export { adoptionDaysMax, adoptionNamesMax } from "./query/adoption.ts";
export {
  exportBytesMax,
  exportPageMax,
  exportPeopleMax,
  repliesMax,
  searchedPlacesMax,
} from "./query/bounds.ts";
export { importCursorsMax } from "./query/import.ts";
export {
  type AnswerOf,
  Query,
  type QueryOf,
  type QueryType,
  queryShapes,
  RosterUser,
  rosterPageMax,
} from "./query/index.ts";
export { AuditEntry } from "./query/moderation.ts";
export { sessionPageMax } from "./query/session.ts";
export { tokenPageMax } from "./query/token.ts";
export {
  emojiCodePointsMax,
  emojisMax,
  hasRoomFor,
  reactionsMax,
  withoutReaction,
  withReaction,
} from "./reaction.ts";
export { Rejection, type RejectionCode, type RejectionOf, type Result } from "./rejection.ts";
export { clientKindOf, OpeningTraits, Protocol, Session, SessionTraits } from "./session.ts";
export { SessionSet } from "./session-digest.ts";
export { CanarySignal, type ShownSignal, type Signal, SignalEnvelope } from "./signal/index.ts";
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
  settingsBucket,
  settingsRevisionsMax,
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
  clipped,
  closeBidi,
  codePoints,
  firstLetters,
  isLonger,
  isSeen,
  readJson,
  trimmed,
  withoutUnseen,
} from "./text.ts";
export { Thread, ThreadState, threadNameMax } from "./thread.ts";
export { LoginToken, tokensMax } from "./token.ts";
export { ProcessTrace, TraceReply, TraceRequest, type TraceStep, tracedMax } from "./trace.ts";
export { VoicePresence } from "./voice.ts";
export { withdraws } from "./withdrawal.ts";
