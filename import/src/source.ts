/**
 * What another server's data is to the import: people, channels and messages in canonical form, under the names and ids that
 * they had there. A reader makes this of its server's data; nothing behind it knows which server that was.
 */
import type {
  ChannelPermissions,
  CommandOf,
  Embed,
  Emoji,
  Identity,
  ImportedPerson,
  MessageAttachment,
  Poll,
  Status,
  WebhookAuthor,
} from "@dragoman/bus-schema";

/** A role, whose id the house may know already. */
export type SourceRole = Omit<CommandOf<"import.roles">["roles"][number], "roleId">;

/** Whom a source means: one of its people by the id there, a name that is no person's any more, or the server itself. */
export type Who =
  | { readonly kind: "person"; readonly id: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "system" };

export interface SourcePerson {
  readonly id: string;
  readonly name: string;
  readonly number?: number;
  readonly passwordHash?: string;
  readonly identities?: readonly Identity[];
  /** By the names of roles, in their order. */
  readonly roles: readonly string[];
  readonly nickname?: string;
  readonly pictureUrl?: string;
  readonly status?: Status;
  readonly color?: string;
  readonly banned?: NonNullable<ImportedPerson["banned"]>;
  /** Could not speak there until then, in epoch ms; null: for ever. */
  readonly silencedUntilMs?: number | null;
}

export interface SourceChannel {
  /** What the source calls it, wherever it names a channel. */
  readonly key: string;
  readonly name: string;
  readonly kind: "text" | "voice" | "forum" | "separator";
  readonly description?: string;
  readonly displayName?: string;
  readonly icon?: string;
  readonly size?: number;
  readonly permissions: ChannelPermissions;
  readonly minRank: number;
}

/** Where messages stand: a channel by its key, or a thread by its id. */
export type SourcePlace = { readonly channel: string } | { readonly thread: string };

export interface SourceThread {
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly creator: Who;
  readonly createdAtUs: number;
  readonly locked: boolean;
  readonly archived: boolean;
  readonly participants: readonly Who[];
}

/** A file that lies at `path` and is to be stored. */
export interface SourceFile {
  readonly path: string;
  readonly mime: string;
  readonly width?: number;
  readonly height?: number;
}

/** A picture of the server: at an address, or in a file. */
export type SourcePicture = { readonly url: string } | { readonly file: SourceFile };

export interface SourceAttachment {
  readonly id: string;
  readonly name: string;
  readonly file: SourceFile;
  readonly owner: Who;
  readonly channel: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly permanent: boolean;
}

export interface SourceEmoji {
  readonly id: string;
  readonly name: Emoji["name"];
  readonly file: SourceFile;
}

export interface SourceWebhook {
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly avatar: string | null;
  readonly creator: Who;
  readonly createdAtMs: number;
  readonly token: string;
}

export interface SourcePoll extends Omit<Poll, "pollId" | "creatorId" | "options" | "ownIds"> {
  readonly id: string;
  readonly creator: Who;
  readonly options: readonly Omit<Poll["options"][number], "votes">[];
  readonly votes: readonly { readonly who: Who; readonly optionIds: readonly string[] }[];
}

export interface SourceMessage {
  readonly id: string;
  readonly by: Who;
  readonly text: string;
  readonly markup: "markdown" | "bbcode";
  readonly kind: "text" | "action";
  readonly atUs: number;
  readonly editedAtUs?: number;
  readonly replyTo?: { readonly id: string; readonly by: Who };
  readonly ping?: boolean;
  readonly pinned?: true;
  readonly reactions?: readonly { readonly emoji: string; readonly people: readonly Who[] }[];
  readonly attachments?: readonly MessageAttachment[];
  readonly embeds?: readonly Embed[];
  readonly webhook?: WebhookAuthor;
  readonly poll?: SourcePoll;
  readonly interaction?: { readonly command: string; readonly who: Who };
}

/** A part of a history that is read from its beginning to its end, in the order in which it was said. */
export interface SourcePart {
  /** Names it among all parts of the source, for good. */
  readonly key: string;
  readonly place: SourcePlace;
  /** Bytes that there are to read. */
  readonly bytes: number;
  /** Its messages, many at once. */
  messages(): MessageBatches;
  /** The ids of the same, in the same order. */
  ids(): AsyncIterable<IdBatch>;
}

export type MessageBatches = AsyncIterable<readonly SourceMessage[]>;

export interface IdBatch {
  readonly ids: readonly string[];
  /** The messages of these ids and all behind them; undefined: the part cannot be read from there. */
  readonly from: (() => MessageBatches) | undefined;
}

/** Where somebody is notified, as the browser gave it. */
export interface SourcePush {
  readonly personId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** Subscriptions to notifications, with the keys that they were made by (base64url). */
export interface SourcePushes {
  readonly privateKey: string;
  readonly publicKey: string;
  /** Of each person the newest first. */
  readonly subscriptions: readonly SourcePush[];
}

export interface SourceMark {
  readonly who: Who;
  readonly place: SourcePlace;
  readonly messageId: string;
}

export interface Source {
  /** What it goes by in a house: the same for every run. */
  readonly name: string;
  readonly server: {
    readonly name?: string;
    readonly icon?: SourcePicture;
    readonly banner?: SourcePicture;
  };
  /** Whose roles the channels' lists name: its own, or, of a server that has none, the house's. */
  readonly listsOf: "source" | "house";
  /** The highest first. */
  readonly roles: readonly SourceRole[];
  /** Their ids there, by name. */
  readonly roleIds: ReadonlyMap<string, string>;
  /** In the order of the list. */
  readonly channels: readonly SourceChannel[];
  readonly people: readonly SourcePerson[];
  readonly threads: readonly SourceThread[];
  readonly attachments: readonly SourceAttachment[];
  readonly emojis: readonly SourceEmoji[];
  readonly webhooks: readonly SourceWebhook[];
  readonly parts: readonly SourcePart[];
  readonly marks: readonly SourceMark[];
  readonly pushes?: SourcePushes;
}
