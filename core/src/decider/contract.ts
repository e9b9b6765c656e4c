/** What goes into a decision and what comes out: the words between the leader and the decider. */
import type {
  AddressTag,
  ChannelId,
  Command,
  CommandId,
  CommandOf,
  CredentialId,
  DescribedPhase,
  Event,
  GatewayId,
  GrantOf,
  InviteId,
  KeyTag,
  Message,
  MessageNumber,
  OpeningTraits,
  Place,
  PollId,
  Protocol,
  Provider,
  PushId,
  Rejection,
  Result,
  Right,
  SessionId,
  User,
  UserId,
  WebhookTokenId,
} from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";

/** What the configuration says of the community. `postContentMax` is in code points. */
interface Description {
  readonly name: string;
  readonly ownerName: string;
  readonly motd: string;
  readonly postContentMax: number;
}

/** A message as far as its end is told. */
type OldMessage = Pick<Message, "messageId" | "number" | "place" | "author">;

/** Commands that only core itself gives. */
export type Internal =
  /** On an empty state: the fresh roles, the channel `general`, the description. Else nothing. */
  | { readonly type: "community.seed"; readonly server: Description }
  /** Where the configuration differs from what is known: `server.updated`. */
  | { readonly type: "server.describe"; readonly server: Description }
  /** What the configuration says of where protocols stand: `server.phased`. Of one that it does not name: `open`. */
  | { readonly type: "server.stand"; readonly phases: readonly DescribedPhase[] }
  /** The date of a planned step of a protocol has come. */
  | { readonly type: "server.turn"; readonly protocol: Protocol }
  /** A protocol is closed: as many of its sessions end as one commit holds. Give it again until it yields nothing. */
  | { readonly type: "session.evict"; readonly protocol: Protocol }
  /** Every process has known the level for long enough: `journal.levelled`. */
  | { readonly type: "journal.level"; readonly level: number; readonly version: string }
  /** Uploads whose time is over, a bounded number at once. */
  | { readonly type: "attachment.expire" }
  /** Messages that are kept no longer, the oldest of their places; those that are gone already are passed over. */
  | { readonly type: "message.expire"; readonly messages: readonly OldMessage[] }
  /** Of a person who is being forgotten (`erase.ts`): webhooks, uploads, votes, threads. Give it again until it yields nothing. */
  | { readonly type: "user.clear"; readonly userId: UserId }
  /** Messages of theirs; those that are gone already are passed over. */
  | { readonly type: "message.erase"; readonly messages: readonly OldMessage[] }
  /** Reactions of theirs, as the messages had them. */
  | {
      readonly type: "reaction.erase";
      readonly userIds: readonly UserId[];
      readonly messages: readonly Message[];
    }
  /** Quotes that are left in messages of others, by their numbers. `done`: nothing else is left. */
  | {
      readonly type: "user.forget";
      readonly userId: UserId;
      readonly quotedIn: readonly MessageNumber[];
      readonly done: boolean;
    }
  | { readonly type: "journal.fill"; readonly bytes: string }
  /** A dropped session's grace time is over. */
  | { readonly type: "session.expire"; readonly sessionId: SessionId }
  /** The endpoint of a subscription is there no longer. */
  | { readonly type: "push.expire"; readonly subscriptionId: PushId }
  /** The time of a ban or a silence is over. */
  | {
      readonly type: "moderation.expire";
      readonly what: "ban" | "silence";
      readonly userId: UserId;
    }
  /** The time of a poll is over. */
  | { readonly type: "poll.expire"; readonly pollId: PollId }
  /**
   * A gateway has let go: its sessions are closed, at most `closedAtOnceMax` by one command, so that a commit
   * stays small. Give it again until it yields nothing. `only`: these of them, for which it has no socket.
   */
  | {
      readonly type: "gateway.lost";
      readonly gatewayId: GatewayId;
      readonly only?: readonly SessionId[];
    };

export type Body = Command | Internal;
export type BodyType = Body["type"];
export type BodyOf<T extends BodyType> = Extract<Body, { type: T }>;

/** What the leader hands to `decide`. `gatewayId` is the token of the command's subject. */
export interface Admitted {
  readonly id: CommandId;
  readonly body: Body;
  readonly sessionId?: SessionId;
  readonly gatewayId?: GatewayId;
  readonly actor: "gateway-session" | "operator" | "core";
  /** Of an operator: the audit log is to have it. */
  readonly logged?: true;
}

/**
 * What must be looked up before `decide`. `message`: in the projection, by id or decimal number (`ref`);
 * `place` is where the command says that it stands. `ticket`: its signature. `address`: the tags behind what
 * was typed. `seal`: a digest of a channel's new password, kept where the journal is not. `password`: whether it
 * is the one that the digest was made of. `link`: whom the code was given to.
 */
export type Need =
  | { readonly kind: "message"; readonly ref: string; readonly place?: Place }
  /** A poll that has ended, by its id or its message's. */
  | { readonly kind: "poll"; readonly ref: string }
  | { readonly kind: "ticket"; readonly ticket: string }
  | { readonly kind: "link"; readonly code: string }
  | { readonly kind: "address"; readonly typed: string }
  | { readonly kind: "key"; readonly key: string }
  /** What the owner of the session with that key has subscribed to elsewhere. */
  | { readonly kind: "tier"; readonly key: string }
  | { readonly kind: "webhook token"; readonly token: string }
  | { readonly kind: "invite"; readonly code: string }
  /** With keys it is kept. */
  | {
      readonly kind: "subscription";
      readonly endpoint: string;
      readonly keys?: { readonly p256dh: string; readonly auth: string };
    }
  /** Of another server: it is kept where the house has the keys that it was made by, or may have them. */
  | {
      readonly kind: "brought subscription";
      readonly privateKey: string;
      readonly subscription: CommandOf<"import.push">["subscription"];
      readonly mayReplace: boolean;
    }
  /** Whether the current password of an account is right, and the hash of the one that is wanted. */
  | {
      readonly kind: "change";
      readonly userId: UserId;
      readonly addressTag: AddressTag;
      readonly current: string;
      readonly wanted: string;
    }
  /** Puts the shared settings where all processes read them; a repeat of the command finds that done. */
  | {
      readonly kind: "configure";
      readonly commandId: CommandId;
      readonly settings: Readonly<Record<string, unknown>>;
      readonly expected: number;
    }
  | { readonly kind: "seal"; readonly channelId: ChannelId; readonly password: string }
  | {
      readonly kind: "password";
      readonly channelId: ChannelId;
      readonly passwordId: CredentialId;
      readonly password: string;
    };

/** A message as the projection had it at the sequence `through`; null: not there. */
interface FoundMessage {
  readonly through: number;
  readonly message: Message | null;
}

/** What a good ticket proves. `epoch`: that of the login token, or of the account when its password was checked. */
export interface VerifiedTicket {
  readonly provider: "local" | "token" | Provider;
  /** By what the session may be opened, and what it is like then. */
  readonly protocol: Protocol;
  readonly traits: OpeningTraits;
  readonly addressTag: AddressTag;
  /** Raw; for the secret bucket alone. */
  readonly address?: string;
  readonly expiresAtMs: number;
  readonly account:
    | {
        readonly kind: "user";
        readonly userId: UserId;
        readonly epoch?: number;
        /** Of the login token that was shown. */
        readonly tokenId?: number;
        /** The number that the client typed. */
        readonly number?: number;
      }
    | {
        readonly kind: "new";
        readonly name: string;
        readonly credentialId: CredentialId;
        /** The hash, sealed: it is stored when the account is to be made. */
        readonly sealedHash: string;
        /** By which invite, whether anybody may register or not. */
        readonly inviteId?: InviteId;
      }
    | OutsideAccount;
}

/**
 * Somebody whom another provider vouches for. `number` is the site's own for the person; `rank` what the site
 * says, and `withheld` the rights that by its word the person has not.
 */
export interface OutsideAccount {
  readonly kind: "outside";
  readonly provider: Provider;
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  readonly number?: number;
  readonly rank?: number;
  readonly withheld?: readonly Right[];
  readonly silencedUntilMs?: number;
}

/** The shared settings as they have been put. */
export interface Configured {
  readonly revision: number;
  readonly changes: readonly string[];
}

/**
 * Answers to the needs. `messages` by `ref`; `ticket` null: forged or expired; `passwordId`: what was sealed;
 * `passwords`: whether the given one is right.
 */
export interface Lookups {
  readonly messages: ReadonlyMap<string, FoundMessage>;
  readonly polls?: ReadonlyMap<string, FoundMessage>;
  readonly addressTags?: readonly AddressTag[];
  readonly ticket?: VerifiedTicket | null;
  /** Null: nobody's code, or no longer. */
  readonly link?: { readonly userId: UserId; readonly epoch: number } | null;
  /** Of the key that was shown. */
  readonly keyTag?: KeyTag;
  /** In small letters. Null: none, or nothing was found out. */
  readonly tier?: string | null;
  /** Null: forged. */
  readonly webhookTokenId?: WebhookTokenId | null;
  readonly passwordId?: CredentialId;
  /** The keyed digest of an invite's code; null: the text has not the form of one. */
  readonly inviteDigest?: string | null;
  /** The hash of a new password, or why there is none. */
  readonly change?: Result<CredentialId>;
  /** The revision that holds now, and what has changed by it in words; none: it holds already. */
  readonly configured?: Result<Configured>;
  /** Null: the endpoint is none that notifications are sent to. */
  readonly subscriptionId?: PushId | null;
  /** As `subscriptionId`; `other keys`: it was made by others than the house's. */
  readonly broughtId?: PushId | "other keys" | null;
  readonly passwords?: ReadonlyMap<CredentialId, boolean>;
}

/** Whose guess at a password, and of which channel. */
export interface Guess {
  readonly userId: UserId;
  readonly channelId: ChannelId;
}

/**
 * Time, chance, settings and what only the leader's memory holds. `cooldowns`: their ends, by the journal's time.
 * `guessWaitMs`: after how long somebody may try a channel's password again; 0: now.
 * `clockMs`: what people's clocks show, as far as the leader knows.
 */
export interface Inputs {
  readonly nowMs: number;
  readonly clockMs: number;
  readonly newUuid: () => string;
  readonly lookups: Lookups;
  readonly cooldowns: ReadonlyMap<UserId, number>;
  readonly guessWaitMs: (guess: Guess) => number;
  readonly limits: Config["limits"];
  readonly attachments: Config["attachments"];
  readonly emojis: Config["emojis"];
  readonly graceMs: number;
  /** How long a login token is good. */
  readonly tokenMs: number;
  readonly allowRegistration: boolean;
  /** What names look like that no account may have (`reservedNames`). */
  readonly reservedNames: ReadonlySet<string>;
  /** By which people can come in; empty: not known. */
  readonly protocols: readonly Protocol[];
  /** Roles by rank on the site; empty: by the roles' own ranks. */
  readonly siteRoles: readonly { readonly rank: number; readonly role: string }[];
}

export interface Refused {
  readonly ok: false;
  readonly rejection: Rejection;
  /** A burst: the leader remembers the pause (docs/journal.md 2.7). */
  readonly cooldownUntilMs?: { readonly userId: UserId; readonly untilMs: number };
  /** A wrong password, for the leader to count. */
  readonly guess?: Guess;
}

/** What is to be made for whoever gave the command, and stands in no event as it is (`identity/grant.ts`). `atMs`: from when it counts. */
export type Grant =
  | {
      readonly type: "user.token";
      readonly userId: UserId;
      readonly epoch: number;
      /** Absent: it stands in no event, since not every process knows such yet. */
      readonly tokenId?: number;
      readonly expiresAtMs: number;
    }
  | {
      readonly type: "link.code";
      readonly user: Pick<User, "userId" | "number"> & { readonly epoch: number };
      readonly identities: GrantOf<"link.code">["identities"];
      readonly atMs: number;
    };

/** Events, possibly none (accepted, nothing changed), or why not. Most grants change nothing. */
export type Decision =
  | { readonly ok: true; readonly events: readonly Event[]; readonly grant?: Grant }
  | Refused;

/** The place of a record in the journal, and its time. */
export interface Position {
  readonly seq: number;
  readonly at: number;
}

/** Whether a command has been carried out: `repeat` names the record, `stale` is older than the last. */
export type Repetition =
  | { readonly kind: "new" }
  | { readonly kind: "repeat"; readonly seq: number }
  | { readonly kind: "stale" };
