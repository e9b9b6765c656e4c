/** What the roster holds. */
import type {
  Channel,
  ChannelId,
  CredentialId,
  Emoji,
  EmojiId,
  MessageId,
  Protocol,
  Role,
  RoleId,
  RosterUser,
  Server,
  Session,
  SessionId,
  SlashSet,
  Standing,
  Thread,
  ThreadId,
  UserId,
  VoicePresence,
} from "@dragoman/bus-schema";
import type { PackedMap, TextIndex } from "@dragoman/service-kit";

/** A session in the roster. `dropped`: its connection is lost, its grace time runs. */
export type RosterSession = Session & { readonly dropped: boolean };

export interface LastMessage {
  readonly messageId: MessageId;
  readonly createdAtUs: number;
}

/** Changed by the rows of the event families alone; everybody else reads it through `Roster`. */
export interface RosterState {
  server: Server;
  /** Where protocols stand that are, or were, on their way out. */
  readonly standings: Map<Protocol, Standing>;
  /** The highest term known (docs/journal.md 2.6). */
  term: number;
  lastMessageNumber: number;
  /** By position. */
  roles: ReadonlyMap<RoleId, Role>;
  /** As they stood before the last change of roles. */
  rolesBefore: ReadonlyMap<RoleId, Role>;
  /** In display order. */
  readonly channels: Map<ChannelId, Channel>;
  /** Those that the last merge of accounts changed, as they stood before. */
  mergedBefore: readonly Channel[];
  /** Oldest first. */
  readonly emojis: Map<EmojiId, Emoji>;
  /** Everybody ever. */
  readonly users: PackedMap<UserId, RosterUser>;
  /** How many of them have not departed. */
  members: number;
  /** The how many-th of `users` a name or a handle in small letters is of. */
  readonly names: TextIndex;
  /** Whose such a name was. */
  readonly formerNames: TextIndex;
  /** By `nicknameKey`. */
  readonly nicknames: TextIndex;
  /** Who was here last, the latest last (`bus-schema/src/here.ts`). */
  readonly hereLast: Set<UserId>;
  /** Who holds a role that others gave them. */
  readonly givenRoles: Set<UserId>;
  /** Rises with each change of people or of their sessions; of the roles themselves. */
  peopleEpoch: number;
  roleEpoch: number;
  /** Rises whenever somebody who was known is called otherwise, by whatever event. */
  nameEpoch: number;
  /** At which `peopleEpoch` something about a person changed last; not there: at `revisionBase`, or never. */
  readonly revisions: Map<UserId, number>;
  revisionBase: number;
  readonly sessions: Map<SessionId, RosterSession>;
  readonly sessionsOf: Map<UserId, Set<SessionId>>;
  readonly threads: Map<ThreadId, Thread>;
  /** By slug in small letters. */
  readonly threadSlugs: Map<string, ThreadId>;
  readonly threadsOf: Map<ChannelId, Set<ThreadId>>;
  readonly lastMessages: Map<ChannelId | ThreadId, LastMessage>;
  /** Who gave which channel's password: the `passwordId` that each was admitted by, of one before too. */
  readonly admissions: Map<ChannelId, PackedMap<UserId, CredentialId>>;
  readonly voices: Map<SessionId, VoicePresence>;
  readonly slashes: Map<SessionId, SlashSet>;
}
