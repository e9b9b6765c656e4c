/**
 * What core keeps in memory: all that `decide` needs to know, and nothing else. It follows from the journal
 * alone; `evolve` owns it and changes it in place, everybody else reads it as `Reading<State>`. Values inside
 * the maps are never changed, only replaced. What there is of people who are long gone is packed (`PackedMap`): two reads of one value
 * are equal, and need not be the same object.
 */
import type {
  AddressTag,
  Attachment,
  AttachmentId,
  Author,
  Channel,
  ChannelId,
  CredentialId,
  DescribedPhase,
  Emoji,
  EmojiId,
  FileId,
  GatewayId,
  Identity,
  Invite,
  InviteId,
  KeyTag,
  LoginToken,
  Message,
  MessageId,
  MessageNumber,
  OptionId,
  Place,
  Poll,
  PollId,
  Protocol,
  PushId,
  Role,
  RoleId,
  Server,
  Session,
  SessionId,
  SlashCall,
  SlashSet,
  Standing,
  Thread,
  ThreadId,
  User,
  UserId,
  VoicePresence,
  Webhook,
  WebhookId,
} from "@dragoman/bus-schema";
import { PackedMap } from "@dragoman/service-kit";

/** Facts about messages that are kept (docs/journal.md 2.8). */
export const recentMax = 10_000;
/** Present messages remembered by place; more than `newestCount`, so that deletions leave enough. */
export const ringMax = 64;
/** So many of a place's newest messages count as recent: an edge that cannot edit what is older shows their edits in place. */
export const newestCount = 20;
/** A place is quiet once so many messages came elsewhere since its newest. */
export const quietCount = 1_000;
/** How long, by `at`, the outcome of a closed session's last command is kept at least (docs/journal.md 3.1). */
export const originMs = 600_000;
/**
 * Live sessions of one person at most, whatever the configuration allows: the commit that closes them all
 * (with as many dropped ones) must stay below `commitBytesMax`.
 */
export const sessionsMax = 60;
/** How long, by `at`, a poll that has ended is kept at least; then it is looked up (docs/journal.md 2.8). */
export const pollOverMs = 600_000;
/** Ended sessions with a time to return, of one person, that are remembered, and for how long (by `at`). */
export const seenMax = 5;
export const seenMs = 3_600_000;
/** What budgets count within. */
export const minuteMs = 60_000;
/** Addresses of one person that are remembered; the one that was used longest ago goes first. */
export const knownAddressesMax = 8;
/** The first number that is given to an account of our own. */
export const userNumberMin = 1_000_000_000;

/**
 * An account. `epoch` counts revocations: login tokens of a lower one are void. `identities` are whom other
 * providers know it as. `mergedInto`: it is departed, for its owner is that other account. `formerNames`: see `former.ts`
 * of bus-schema. `erased`: it is forgotten, and only its number is known.
 */
export interface Person {
  readonly user: User;
  readonly departed: boolean;
  readonly epoch: number;
  readonly credentialId?: CredentialId;
  readonly identities?: readonly Identity[];
  readonly mergedInto?: UserId;
  readonly formerNames?: readonly string[];
  readonly erased?: true;
  /** Of the present epoch: how many were given, and those that are good still, as far as their time is not over. */
  readonly tokens?: { readonly last: number; readonly held: readonly HeldToken[] };
}

/** A login token that is good; `seq`: of the record that gave it, `usedDay`: when it was shown last. */
export interface HeldToken extends LoginToken {
  readonly seq: number;
  readonly usedDay?: number;
}

/**
 * A person who is being forgotten. `userIds`: the accounts; `webhookIds`: those that they made; `fileIds`: bytes of
 * their uploads; `credentialIds` and `subscriptionIds`: what lies in the secret bucket. Messages numbered above `top` are
 * none of theirs, `ended` are taken away, the newest first, the last of
 * them numbered `lowest`.
 */
export interface Erasure {
  readonly userIds: readonly UserId[];
  readonly webhookIds: readonly WebhookId[];
  readonly fileIds: readonly FileId[];
  readonly credentialIds: readonly CredentialId[];
  readonly subscriptionIds: readonly PushId[];
  /** Bytes by which the journal was filled up behind what was taken away. */
  readonly filled: number;
  readonly top: number;
  readonly lowest: number;
  readonly ended: number;
}

/**
 * A signed-in connection. `droppedUntilMs`: its connection is lost, and it closes then; null: it is live.
 * `graceMs`: how long it was given then. `since`: see `session.opened`. `openedMs`: when it began, by the journal's time;
 * `client`: what its client says that it is.
 */
export interface LiveSession {
  readonly session: Session;
  readonly addressTag: AddressTag;
  readonly droppedUntilMs: number | null;
  readonly graceMs?: number;
  readonly since?: number;
  readonly openedMs?: number;
  readonly client?: string;
}

/** How far a session that is over had been sent the messages of the place that it stood in. */
export interface Seen {
  readonly place: Place;
  readonly number: number;
  readonly at: number;
}

/** Why somebody is kept out. A `kick` always has an end; a ban's `untilMs` null is for ever. */
export interface Ban {
  readonly userId: UserId;
  readonly kind: "kick" | "ban";
  readonly untilMs: number | null;
  readonly reason: string;
  readonly addressTags: readonly AddressTag[];
}

/** Whom nobody hears. `untilMs` null: for ever. */
export interface Silenced {
  readonly userId: UserId;
  readonly untilMs: number | null;
}

/** A call that may be answered, and when it was made (by `at`). */
export interface LiveCall {
  readonly call: Omit<SlashCall, "args">;
  readonly atMs: number;
}

/** A poll and the message that carries it. Who chose what while it is open stands in `State.votes`. */
export interface LivePoll {
  readonly poll: Poll;
  readonly messageId: MessageId;
  readonly place: Place;
  /** When (by `at`) it ended. */
  readonly overAt?: number;
}

/** The last that happened to a message. `message` null: it was deleted. `seq`: when. */
export interface Fact {
  readonly messageId: MessageId;
  readonly number: MessageNumber;
  readonly place: Place;
  readonly author: Author;
  readonly message: Message | null;
  readonly seq: number;
}

/** What may happen to a message between its posting and its deletion. */
export type MessageChange =
  | { readonly kind: "edited"; readonly message: Message }
  | { readonly kind: "pinned"; readonly pinned: boolean }
  | { readonly kind: "ended"; readonly poll: Poll }
  | {
      readonly kind: "reacted";
      readonly emoji: string;
      readonly userId: UserId;
      readonly added: boolean;
    };

/** A change of a message without a fact. `seq`: when. */
export interface Touch {
  readonly messageId: MessageId;
  readonly change: MessageChange;
  readonly seq: number;
}

/** One entry of a place's ring. */
interface RingEntry {
  readonly messageId: MessageId;
  readonly number: MessageNumber;
  readonly createdAtUs: number;
}

/** A place's newest present messages, oldest first, at most `ringMax`; `newestCount` where it is quiet. */
interface Ring {
  readonly place: Place;
  readonly entries: RingEntry[];
}

/** Those whose read mark stands on a place's newest message. */
interface Readers {
  readonly messageId: MessageId;
  readonly userIds: PackedMap<UserId, true>;
}

/** The last command of an origin that yielded events, and the sequence of its record. */
interface Outcome {
  readonly n: number;
  readonly seq: number;
}

/** A command that time will give. The leader arms it for `dueMs`. */
export interface Timer {
  readonly dueMs: number;
  readonly key: string;
  readonly body:
    | { readonly type: "attachment.expire" }
    | { readonly type: "session.expire"; readonly sessionId: SessionId }
    | {
        readonly type: "moderation.expire";
        readonly what: "ban" | "silence";
        readonly userId: UserId;
      }
    | { readonly type: "poll.expire"; readonly pollId: PollId }
    | { readonly type: "server.turn"; readonly protocol: Protocol };
}

/** Where a protocol stands, and what the configuration said of it last (undefined: nothing). */
interface HeldPhase {
  readonly standing: Standing;
  readonly described?: DescribedPhase;
}

/** A message that shows an upload. */
export interface AttachmentUse {
  readonly messageId: MessageId;
  readonly place: Place;
}

/** An upload, and the messages that show it. `orphaned`: they went with their place, and it is over. */
export interface HeldAttachment {
  readonly attachment: Attachment;
  readonly uses: readonly AttachmentUse[];
  readonly orphaned?: true;
}

/** When an upload goes. */
export interface AttachmentDue {
  readonly dueMs: number;
  readonly attachmentId: AttachmentId;
}

/** An invite that is good still, unless its time is over, and how often it was used. */
export interface HeldInvite {
  readonly invite: Invite;
  readonly used: number;
}

/** When (by `at`) and from where somebody made an account. */
interface Registration {
  readonly at: number;
  readonly addressTag: AddressTag;
}

/** Times (by `at`) of what a person did within the last minute, rising; an act stands as often as it costs. */
export interface Spent {
  readonly messages: number[];
  readonly acts: number[];
  /** Read marks that moved. */
  readonly marks: number[];
}

export interface State {
  /** The record applied last: its stream sequence and its time. 0: none. */
  seq: number;
  at: number;
  /** When (by `at`) what time takes was looked for last (`sweep.ts`). */
  sweptAt: number;
  /** What came with later levels is not in the journal yet (docs/journal.md 1.7), and by which version it may be. */
  level: number;
  levelledBy: string | undefined;
  /** Undefined until the community is seeded. */
  server: Server | undefined;
  /** By position. */
  readonly roles: Map<RoleId, Role>;
  /** In display order. */
  readonly channels: Map<ChannelId, Channel>;
  /** By lower-case name; and by lower-case slug. */
  readonly channelNames: Map<string, ChannelId>;
  readonly channelSlugs: Map<string, ChannelId>;
  /** Who has given a channel's password: the `passwordId` that each was admitted by. */
  readonly admissions: Map<ChannelId, PackedMap<UserId, CredentialId>>;
  readonly threads: PackedMap<ThreadId, Thread>;
  /** By lower-case slug. Slugs of channels and threads are one space. */
  readonly threadSlugs: PackedMap<string, ThreadId>;
  /** Polls of present messages that are open or ended of late, in the order of their coming. */
  readonly polls: Map<PollId, LivePoll>;
  readonly pollOf: Map<MessageId, PollId>;
  /** What each person chose, of the polls that are open; of those that have ended the projection knows. */
  readonly votes: Map<PollId, Map<UserId, readonly OptionId[]>>;
  /** The sequence at which ended polls were forgotten last. 0: never. */
  pollsForgotten: number;
  /** The whisper channel of two people, by `pairKey`. */
  readonly whispers: Map<string, ChannelId>;
  /** Everybody ever. */
  readonly people: PackedMap<UserId, Person>;
  /** Who was here last, the latest last, at most `hereMax`. */
  readonly hereLast: Set<UserId>;
  /** Lower-case account names and handles, former ones too. */
  readonly names: PackedMap<string, UserId>;
  /** By what they look like (`likeness.ts`), names and handles; of several the first. */
  readonly skeletons: PackedMap<string, UserId>;
  /** Nicknames, the present one and the one that lasts, by `nicknameKey` and by what they look like. */
  readonly nicknames: PackedMap<string, UserId>;
  readonly nicknameSkeletons: PackedMap<string, UserId>;
  readonly numbers: PackedMap<number, UserId>;
  /** By `identityKey`. */
  readonly identities: PackedMap<string, UserId>;
  /** By person, the oldest first. */
  readonly seen: Map<UserId, readonly Seen[]>;
  /** Up to which message people without a connection had been sent everything when they lost their last one. */
  readonly away: PackedMap<UserId, number>;
  /** The accounts that were made by whoever came within the last hour, the oldest first. */
  registrations: readonly Registration[];
  /** By id, oldest first. */
  readonly invites: Map<InviteId, HeldInvite>;
  /** From where people were in before, the latest last. */
  readonly knownAddresses: PackedMap<UserId, readonly AddressTag[]>;
  readonly sessions: Map<SessionId, LiveSession>;
  readonly sessionsOf: Map<UserId, Set<SessionId>>;
  readonly sessionsAt: Map<GatewayId, Set<SessionId>>;
  readonly bans: Map<UserId, Ban>;
  /** Whose bans bar an address. */
  readonly barred: Map<AddressTag, Set<UserId>>;
  /** The earliest end of a kick in `bans`; Infinity without one. */
  kicksExpireMs: number;
  readonly silences: Map<UserId, Silenced>;
  readonly timers: Map<string, Timer>;
  /** By session id, else process id. */
  readonly origins: Map<string, Outcome>;
  /** Origins that are over, with the time (by `at`) from which they are forgotten; by that time. */
  readonly originsOver: Map<string, number>;
  /** What each person has spent of the budgets within the last minute. */
  readonly spends: Map<UserId, Spent>;
  /** The last fact of each message that is still among the newest `recentMax` facts. */
  readonly recent: Map<MessageId, Fact>;
  /** All those facts, oldest first, from the index `recentHead` on; superseded ones too. */
  readonly recentOrder: Fact[];
  recentHead: number;
  readonly recentNumbers: Map<number, MessageId>;
  /** The sequence of the newest fact that was lost without being superseded. 0: none. */
  evictedThrough: number;
  /** Changes of messages without a fact, oldest first: by message, and all from the index `touchHead` on. */
  readonly touches: Map<MessageId, readonly Touch[]>;
  readonly touchOrder: Touch[];
  touchHead: number;
  /** The sequence of the newest of them that was lost. 0: none. */
  touchedThrough: number;
  /** By `placeKey`. */
  readonly rings: Map<string, Ring>;
  /** Who has read a place to its end: whose mark stands on its newest message. By `placeKey`. */
  readonly readers: Map<string, Readers>;
  /** Sessions by the tag of the key that their connections were given. */
  readonly keyTags: Map<KeyTag, SessionId>;
  /** What the configuration said of the community last; undefined: what `server` says. */
  described: Pick<Server, "name" | "ownerName" | "motd"> | undefined;
  /** Of the protocols that are, or were, on their way out. */
  readonly phases: Map<Protocol, HeldPhase>;
  readonly attachments: Map<AttachmentId, HeldAttachment>;
  /** A person's uploads, oldest first. */
  readonly attachmentsOf: Map<UserId, Set<AttachmentId>>;
  /** All uploads by their end, the next first. */
  readonly attachmentDues: AttachmentDue[];
  /** What a message shows of its uploads that are still there. */
  readonly messageAttachments: Map<MessageId, readonly AttachmentId[]>;
  /** By the hash of their bytes: the file that uploads share, and how many do. */
  readonly fileShares: Map<string, { readonly fileId: FileId; readonly count: number }>;
  /** Times (by `at`) of a person's uploads within the last minute. */
  readonly uploads: Map<UserId, readonly number[]>;
  /** By id, oldest first. */
  readonly emojis: Map<EmojiId, Emoji>;
  nextEmoji: number;
  /** By id, oldest first. */
  readonly webhooks: Map<WebhookId, Webhook>;
  /** Times (by `at`) of what came by a webhook within the last minute. */
  readonly webhookSpends: Map<WebhookId, readonly number[]>;
  /** In the order of their coming. */
  readonly voices: Map<SessionId, VoicePresence>;
  /** In the order of their registration. */
  readonly slashes: Map<SessionId, SlashSet>;
  /** Calls of late, the oldest first. */
  readonly calls: Map<string, LiveCall>;
  /** Whose each subscription is, the oldest first. */
  readonly pushes: Map<PushId, UserId>;
  /** How far imports have come, by `importKey`. */
  readonly imports: PackedMap<string, string>;
  /** By the account that remained of theirs. */
  readonly erasures: Map<UserId, Erasure>;
  /** The record behind which nothing is left of whoever was forgotten last; what is before it goes. 0: none. */
  erasedThrough: number;
  lastUserNumber: number;
  lastMessageNumber: number;
}

type ReadingField<T> =
  T extends PackedMap<infer K, infer V>
    ? ReadingPacked<K, V>
    : T extends Map<infer K, infer V>
      ? ReadonlyMap<K, ReadingField<V>>
      : T extends Set<infer V>
        ? ReadonlySet<V>
        : T extends (infer V)[]
          ? readonly V[]
          : T;

type ReadingPacked<K extends string | number, V> = ReadonlyMap<K, V> &
  Pick<PackedMap<K, V>, "holding" | "page" | "slice">;

/** The state in the hands of those who only read it. */
export type Reading<T> = { readonly [K in keyof T]: ReadingField<T[K]> };

export function initialState(): State {
  return {
    seq: 0,
    at: 0,
    sweptAt: 0,
    level: 1,
    levelledBy: undefined,
    server: undefined,
    roles: new Map(),
    channels: new Map(),
    channelNames: new Map(),
    channelSlugs: new Map(),
    admissions: new Map(),
    threads: new PackedMap(),
    threadSlugs: new PackedMap(),
    polls: new Map(),
    pollOf: new Map(),
    votes: new Map(),
    pollsForgotten: 0,
    whispers: new Map(),
    people: new PackedMap(),
    hereLast: new Set(),
    names: new PackedMap(),
    skeletons: new PackedMap(),
    nicknames: new PackedMap(),
    nicknameSkeletons: new PackedMap(),
    numbers: new PackedMap(),
    identities: new PackedMap(),
    seen: new Map(),
    away: new PackedMap(),
    registrations: [],
    invites: new Map(),
    knownAddresses: new PackedMap(),
    sessions: new Map(),
    sessionsOf: new Map(),
    sessionsAt: new Map(),
    bans: new Map(),
    barred: new Map(),
    kicksExpireMs: Number.POSITIVE_INFINITY,
    silences: new Map(),
    timers: new Map(),
    origins: new Map(),
    originsOver: new Map(),
    spends: new Map(),
    recent: new Map(),
    recentOrder: [],
    recentHead: 0,
    recentNumbers: new Map(),
    evictedThrough: 0,
    touches: new Map(),
    touchOrder: [],
    touchHead: 0,
    touchedThrough: 0,
    rings: new Map(),
    readers: new Map(),
    keyTags: new Map(),
    described: undefined,
    phases: new Map(),
    attachments: new Map(),
    attachmentsOf: new Map(),
    attachmentDues: [],
    messageAttachments: new Map(),
    fileShares: new Map(),
    uploads: new Map(),
    emojis: new Map(),
    nextEmoji: 0,
    webhooks: new Map(),
    webhookSpends: new Map(),
    voices: new Map(),
    slashes: new Map(),
    calls: new Map(),
    pushes: new Map(),
    imports: new PackedMap(),
    erasures: new Map(),
    erasedThrough: 0,
    lastUserNumber: userNumberMin - 1,
    lastMessageNumber: 0,
  };
}
